package import Logging
package import MediaCore
import ServiceLifecycle

/// Makes the thumbnails of new files in the background, so that the first visitor does not wait for them.
///
/// The queue is bounded; what does not fit is made on its first request.
package final class RenditionWarmer: Service {
    private let files: FileService
    private let renditions: RenditionService
    private let logger: Logger
    private let queue: AsyncStream<MediaFile>
    private let entrance: AsyncStream<MediaFile>.Continuation

    /// - Parameter capacity: files waiting; the oldest are let go first.
    package init(files: FileService, renditions: RenditionService, capacity: Int, logger: Logger) {
        self.files = files
        self.renditions = renditions
        self.logger = logger
        (self.queue, self.entrance) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(capacity))
    }

    package func add(_ file: MediaFile) {
        if !self.renditions.presets(of: file).isEmpty { self.entrance.yield(file) }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await file in self.queue { await self.warm(file) }
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
            }
        } catch {
            // Not lost: the first request tries again and tells its client what is wrong.
            self.logger.info("Thumbnails were not made ahead", metadata: ["path": "\(file.path)", "error": "\(error)"])
        }
    }
}
