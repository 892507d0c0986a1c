package import MediaCore

/// New files whose thumbnails are to be made ahead, by a ``RenditionWarmer``.
///
/// Bounded: beyond the capacity the oldest are dropped, and their thumbnails are made on the first request.
package struct WarmingQueue: ChangeSubscriber {
    let files: AsyncStream<MediaFile>
    private let input: AsyncStream<MediaFile>.Continuation
    private let renditions: RenditionService

    /// - Parameters:
    ///   - renditions: says which files have presets.
    ///   - capacity: files that wait at most.
    package init(renditions: RenditionService, capacity: Int) {
        self.renditions = renditions
        (self.files, self.input) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(capacity))
    }

    /// Adds a file, if its collection has presets for its type.
    package func add(_ file: MediaFile) {
        if !self.renditions.presets(of: file).isEmpty { self.input.yield(file) }
    }

    package func receive(_ event: ChangeEvent) async {
        if case .published(let file, _) = event { self.add(file) }
    }
}
