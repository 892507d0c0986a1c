import HTTPServing
import MediaCatalog
import MediaCore
import MediaEngine
import MediaServer
import MediaStorage
import NIOPosix
import WebhookTransport

extension Settings.Webhooks {
    /// What carries messages to endpoints.
    ///
    /// - Parameter pool: threads for names and certificates, which may block for long; started, and used for nothing else.
    func transport(_ pool: NIOThreadPool) -> WebhookTransport {
        WebhookTransport(
            limits: self.limits,
            rules: AddressRules(allowed: self.allowedNetworks),
            resolver: SystemResolver(pool: pool),
            trust: TrustedRoots(file: self.trustedCertificates, pool: pool),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            clock: { Timestamp.now() }
        )
    }
}

extension AppServices {
    /// What delivers the feed to webhooks.
    ///
    /// - Parameter data: a change as the feed's other readers get it, in JSON.
    func webhookDispatcher(
        signals: any FeedSignals,
        data: @escaping @Sendable (FeedEvent) -> [UInt8],
        isPrepared: @escaping @Sendable () -> Bool
    ) -> WebhookDispatcher {
        WebhookDispatcher(
            catalog: self.catalog,
            feed: self.feed,
            signals: signals,
            sender: self.webhookSender,
            data: data,
            policy: self.settings.webhooks.policy,
            concurrency: self.settings.webhooks.concurrency,
            clock: { Timestamp.now() },
            isPrepared: isPrepared,
            logger: self.logger
        )
    }
}
