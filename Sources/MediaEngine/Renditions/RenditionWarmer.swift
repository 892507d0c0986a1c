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
            for preset in self.renditions.presets(of: opened.record) {
                let options = RenditionOptions(preset: preset.name)
                for format in try self.renditions.formatsAhead(for: opened.record, options) {
                    let key = try self.renditions.key(for: opened.record, options, format: format)
                    _ = try await self.renditions.rendition(key, of: opened, isAhead: true)
                    if Task.isCancelled { return }
                }
                // New bytes come here once, so each preset of theirs is one change of the feed.
                try await self.feed.noteRendition(preset: preset.name, of: opened.record)
                self.changes.noteCommit()
            }
        } catch {
            // Not lost: the first request tries again and tells its client what is wrong.
            self.logger.info("Thumbnails were not made ahead", metadata: ["path": "\(file.path)", "error": "\(error)"])
        }
    }
}
