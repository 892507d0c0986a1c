package import MediaCore
import ServiceLifecycle

/// Tells the subscribers in this process of every change.
///
/// A change of this process is dispatched by the use case that made it, before its request is answered. Changes of others,
/// and SQL by hand, are heard from the ``ChangeLog`` while the service runs; so are this process's own, once more.
package final class ChangeDispatcher: Service {
    private let log: any ChangeLog
    private let subscribers: [any ChangeSubscriber]

    /// - Parameter subscribers: told one after the other, in this order: caches first, then who reads through them.
    package init(log: any ChangeLog, subscribers: [any ChangeSubscriber]) {
        self.log = log
        self.subscribers = subscribers
    }

    /// Tells all subscribers. When this returns, all of them have taken note.
    package func dispatch(_ event: ChangeEvent) async {
        for subscriber in self.subscribers { await subscriber.receive(event) }
    }

    /// Listens to the log until graceful shutdown, or until the task is cancelled.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await notification in self.log.notifications() { await self.dispatch(ChangeEvent(notification)) }
        }
        await self.dispatch(.disconnected)
    }
}
