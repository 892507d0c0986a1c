import HTTPServing
import Hummingbird
import MediaCore
import MediaEngine
import NIOCore

extension MediaServer {
    private var uploadEndpoint: UploadEndpoint {
        let idleTimeout = self.configuration.limits.idleTimeout
        var pace = self.configuration.uploadPace
        // A plain upload cannot be resumed: it gets the patience of any other request, not that of one that loses nothing.
        pace.idleTimeout = idleTimeout
        return UploadEndpoint(
            uploads: self.useCases.resumableUploads,
            files: self.useCases.files,
            renditions: self.useCases.renditions,
            plain: UploadController(uploads: self.useCases.uploads, renditions: self.useCases.renditions, pace: pace),
            settings: .init(
                pace: self.configuration.uploadPace,
                trustedProxies: self.configuration.trustedProxies,
                clientField: self.configuration.clientField,
                hasRelativeLocations: self.configuration.hasRelativeLocations
            )
        )
    }

    private var responder: FileResponder {
        FileResponder(
            policy: ServingPolicy(collections: self.configuration.collections),
            acceleration: self.configuration.acceleration,
            trustedProxies: self.configuration.trustedProxies,
            admission: HotFileAdmission(cache: self.useCases.hotFiles, crossOrigin: self.configuration.crossOrigin),
            clock: self.clock
        )
    }

    /// What responds to requests: the middlewares, and behind them the handlers of all routes.
    ///
    /// - Throws: ``RouteMismatch``, when controllers and ``Routes`` do not fit together: a defect of ours.
    func responder(_ limiter: ConnectionLimiter) throws -> RouteResponder<MediaRequestContext> {
        let metrics = MetricsRegistry(help: MetricsController.help)
        var handlers = RouteHandlers<MediaRequestContext>(Routes.table)
        self.uploadEndpoint.register(with: &handlers)
        GrantController(grants: self.useCases.grants).register(with: &handlers)
        FileController(
            files: self.useCases.files,
            renditions: self.useCases.renditions,
            signature: self.configuration.urlSignature,
            responder: self.responder
        ).register(with: &handlers)
        let renditions = self.useCases.renditions
        RecordController(
            files: self.useCases.files,
            records: RecordJSON(
                presets: { renditions.presets(of: $0) },
                capacity: self.configuration.cachedRecords
            ),
            pageSizes: .init(
                standard: self.configuration.standardPageSize,
                maximum: self.configuration.maximumPageSize
            )
        ).register(with: &handlers)
        let pageSizes = RecordController.PageSizes(
            standard: self.configuration.standardPageSize,
            maximum: self.configuration.maximumPageSize
        )
        LinkController(links: self.useCases.links, pageSizes: pageSizes).register(with: &handlers)
        TrashController(trash: self.useCases.trash, renditions: self.useCases.renditions, pageSizes: pageSizes)
            .register(with: &handlers)
        AddressController(files: self.useCases.files, renditions: self.useCases.renditions).register(with: &handlers)
        ChangesController(events: self.useCases.events).register(with: &handlers)
        EventStreamController(events: self.useCases.events).register(with: &handlers)
        EventSocketController(events: self.useCases.events, crossOrigin: self.configuration.crossOrigin)
            .register(with: &handlers)
        SigningController(
            authority: self.useCases.access.addresses,
            rules: self.configuration.signing,
            clock: self.clock,
            files: self.useCases.files
        ).register(with: &handlers)
        HealthController(
            catalog: self.useCases.catalog,
            storage: self.useCases.storage,
            verifyPair: self.useCases.verifyPair,
            isPrepared: self.useCases.isPrepared
        ).register(with: &handlers)
        MetricsController(
            registry: metrics,
            hotFiles: self.useCases.hotFiles,
            connections: { limiter.count },
            notificationQueueUsage: self.useCases.notificationQueueUsage,
            trashTotals: self.useCases.trashTotals,
            webhooks: self.useCases.webhookCounts
        ).register(with: &handlers)
        if let webhooks = self.useCases.webhooks {
            WebhookController(webhooks: webhooks).register(with: &handlers)
        } else {
            for route in Routes.allOfWebhooks { handlers.omit(route) }
        }
        if self.configuration.isPageEnabled {
            PageController(
                collections: self.useCases.uploads.collectionNames,
                access: self.useCases.access
            ).register(with: &handlers)
        } else {
            handlers.omit(Routes.page)
        }
        return try handlers.responder(middlewares: [
            CrossOriginMiddleware(policy: self.configuration.crossOrigin),
            MetricsMiddleware(names: MetricsController.names, factory: metrics),
            ProblemMiddleware(
                namespace: .mediad,
                secretParameters: ["grant", "signature", "ticket", "token"],
                translate: Self.meaning
            ),
            PreparationMiddleware(isPrepared: self.useCases.isPrepared),
            self.rates(.beforeTheGate),
            AccessMiddleware(service: self.useCases.access) { [hotFiles = self.useCases.hotFiles] in
                hotFiles.remember($0, on: $1)
            },
            self.rates(.behindTheGate),
            ParameterMiddleware(uploads: self.uploadEndpoint),
        ])
    }

    private func rates(_ stage: RateMiddleware.Stage) -> RateMiddleware {
        RateMiddleware(
            stage: stage,
            rates: self.configuration.rates,
            trustedProxies: self.configuration.trustedProxies
        )
    }

    /// What errors of the libraries mean to clients.
    private static func meaning(of error: any Error) -> (any ProblemConvertible)? {
        // Nobody is there to be told.
        error is ChannelError ? MediaError(.uploadIncomplete, "The connection broke.", cause: error) : nil
    }
}
