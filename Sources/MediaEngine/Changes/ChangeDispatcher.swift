package import FeedServing
import MediaCore

/// Tells the subscribers in this process of every change.
///
/// A change of this process is dispatched by the use case that made it, before its request is answered. Changes of others, and SQL by
/// hand, are dispatched by the ``FeedFollower``; so are this process's own, once more.
package final class ChangeDispatcher: Sendable {
    private let subscribers: [any ChangeSubscriber]
    private let stamper: FeedStamper?

    /// - Parameters:
    ///   - subscribers: told one after the other, in this order: caches first, then who reads through them.
    ///   - stamper: woken by each change of this process; nil in a command, whose changes the daemons stamp.
    package init(subscribers: [any ChangeSubscriber], stamper: FeedStamper?) {
        self.subscribers = subscribers
        self.stamper = stamper
    }

    /// Tells all subscribers of a change that this process made. When this returns, all of them have taken note.
    package func dispatch(_ event: ChangeEvent) async {
        self.noteCommit()
        await self.tell(event)
    }

    /// Takes note that this process committed a change that is nothing to its subscribers, but to the readers of the feed. Never waits.
    package func noteCommit() { self.stamper?.wake() }

    /// Tells all subscribers of what was heard.
    func tell(_ event: ChangeEvent) async {
        for subscriber in self.subscribers { await subscriber.receive(event) }
    }
}
