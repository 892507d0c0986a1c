/// Somebody in this process who has to know of changes: a cache, a clean-up, a queue.
///
///     extension RecordCache: ChangeSubscriber {
///         func receive(_ event: ChangeEvent) async {
///             if case .paths(let paths) = event.invalidation { for path in paths { self.drop(path) } }
///         }
///     }
package protocol ChangeSubscriber: Sendable {
    /// Takes note of an event. The request that made a change is answered after this has returned, so it must be short, and it
    /// must not fail. Events of several requests may come at the same time.
    func receive(_ event: ChangeEvent) async
}
