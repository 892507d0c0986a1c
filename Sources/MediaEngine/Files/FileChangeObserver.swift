package import MediaCore

/// Told of every change of a file that this process makes or hears of, before a request that comes afterwards is answered.
package protocol FileChangeObserver: Sendable {
    /// The file at this path was published, replaced or deleted.
    func fileChanged(at path: MediaPath)

    /// Whether changes by other processes are heard; what happened before a `true` may have been missed.
    func changesAreHeard(_ heard: Bool)
}
