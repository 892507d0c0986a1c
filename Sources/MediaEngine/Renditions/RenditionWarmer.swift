package import Logging
package import MediaCore
import ServiceLifecycle

/// Makes the thumbnails of new files in the background, so that the first visitor does not wait for them.
package final class RenditionWarmer: Service {
    private let queue: WarmingQueue
    private let files: FileService
    private let renditions: RenditionService
    private let feed: any MediaFeedUpkeep
    private let changes: ChangeDispatcher
    private let logger: Logger

    /// - Parameters:
    ///   - queue: whose files are taken one after the other; it has one warmer.
    ///   - feed: told of each preset that was made; `changes`, that the feed has to be looked at.
    package init(
        queue: WarmingQueue,
        files: FileService,
        renditions: RenditionService,
        feed: any MediaFeedUpkeep,
        changes: ChangeDispatcher,
        logger: Logger
    ) {
        self.queue = queue
        self.files = files
        self.renditions = renditions
        self.feed = feed
        self.changes = changes
        self.logger = logger
    }

    /// Takes files from the queue, one after the other, until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await file in self.queue.files { await self.warm(file) }
        }
    }

    private func warm(_ file: MediaFile) async {
        do {
            let opened = try await self.files.open(file.path)
            var wanted = try self.wanted(of: opened.record)[...]
            while !wanted.isEmpty, !Task.isCancelled {
                let next = wanted.prefix(self.renditions.maximumBatch)
                wanted = wanted.dropFirst(next.count)
                try await self.make(next, of: opened)
            }
        } catch {
            // Not lost: the first request tries again and tells its client what is wrong.
            self.logger.info("Thumbnails were not made ahead", metadata: ["path": "\(file.path)", "error": "\(error)"])
        }
    }

    private struct Wanted {
        var preset: String
        var key: RenditionKey
        /// Whether the preset is there with this one, if all before it are.
        var completesPreset: Bool
    }

    private func wanted(of file: MediaFile) throws(MediaError) -> [Wanted] {
        var wanted: [Wanted] = []
        for preset in self.renditions.presets(of: file) {
            let options = RenditionOptions(preset: preset.name)
            let formats = try self.renditions.formatsAhead(for: file, options)
            for (index, format) in formats.enumerated() {
                let key = try self.renditions.key(for: file, options, format: format)
                wanted.append(Wanted(preset: preset.name, key: key, completesPreset: index == formats.count - 1))
            }
        }
        return wanted
    }

    /// Makes some in one job. What fails does not end the others, as they are on their way already, only what comes after them.
    private func make(_ wanted: ArraySlice<Wanted>, of original: FileService.Opened) async throws {
        let begun = self.renditions.begin(wanted.map(\.key), of: original)
        var failure: (any Error)?
        var incomplete: Set<String> = []
        for next in wanted {
            do {
                if let task = begun[next.key] {
                    _ = try await task.value
                } else {
                    _ = try await self.renditions.rendition(next.key, of: original, isAhead: true)
                }
            } catch {
                incomplete.insert(next.preset)
                failure = failure ?? error
            }
            if Task.isCancelled { return }
            guard next.completesPreset, !incomplete.contains(next.preset) else { continue }
            // New bytes come here once, so each preset of theirs is one change of the feed.
            try await self.feed.noteRendition(preset: next.preset, of: original.record)
            self.changes.noteCommit()
        }
        if let failure { throw failure }
    }
}
