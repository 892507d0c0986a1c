import HTTPServing
import Hummingbird
import MediaCore
import MediaEngine

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
                hasRelativeLocations: self.configuration.hasRelativeLocations,
                expiry: self.configuration.uploadExpiry
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

    func router(_ limiter: ConnectionLimiter) -> Router<MediaRequestContext> {
        let router = Router(context: MediaRequestContext.self)
        router.add(middleware: CrossOriginMiddleware(policy: self.configuration.crossOrigin))
        let meter = RequestMeter()
        router.add(middleware: ProblemMiddleware(meter: meter))
        router.add(middleware: PreparationMiddleware(isPrepared: self.useCases.isPrepared))
        self.uploadEndpoint.register(with: router)
        FileController(
            files: self.useCases.files,
            renditions: self.useCases.renditions,
            signature: self.configuration.addressSignature,
            responder: self.responder
        ).register(with: router)
        RecordController(
            files: self.useCases.files,
            renditions: self.useCases.renditions,
            pageSizes: .init(
                standard: self.configuration.standardPageSize,
                maximum: self.configuration.maximumPageSize
            )
        ).register(with: router)
        HealthController(
            catalog: self.useCases.catalog,
            storage: self.useCases.storage,
            isPrepared: self.useCases.isPrepared
        ).register(with: router)
        MetricsController(meter: meter, hotFiles: self.useCases.hotFiles, connections: { limiter.count })
            .register(with: router)
        if self.configuration.isPageEnabled {
            PageController(collections: self.useCases.uploads.collectionNames).register(with: router)
        }
        return router
    }
}
