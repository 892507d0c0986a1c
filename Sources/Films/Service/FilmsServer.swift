package import HTTPServing
import Hummingbird

/// The API: all controllers behind the middlewares.
package struct FilmsServer: Sendable {
    private let services: FilmsServices
    private let verifier: any CallerVerifier
    private let front: FrontBuild
    private let archive: FrontArchive

    package init(
        _ services: FilmsServices,
        verifier: any CallerVerifier,
        front: FrontBuild,
        archive: FrontArchive
    ) {
        self.services = services
        self.verifier = verifier
        self.front = front
        self.archive = archive
    }

    /// What responds to requests.
    /// - Throws: ``RouteMismatch``, when controllers and ``Routes`` do not fit together: a defect of ours.
    package func responder() throws -> RouteResponder<FilmsContext> {
        var handlers = RouteHandlers<FilmsContext>(Routes.table)
        AccountController(self.services).register(with: &handlers)
        SessionController(self.services).register(with: &handlers)
        ExportController(self.services).register(with: &handlers)
        MovieController(self.services).register(with: &handlers)
        PlaylistController(self.services).register(with: &handlers)
        CommentController(self.services).register(with: &handlers)
        HistoryController(self.services).register(with: &handlers)
        SyncController(self.services).register(with: &handlers)
        let batches = BatchResponder()
        BatchController(batches).register(with: &handlers)
        PageController(self.front, self.archive, self.services).register(with: &handlers)
        ProxyController(self.services).register(with: &handlers)
        HealthController(self.services).register(with: &handlers)
        let responder = try handlers.responder(middlewares: [
            CompressionMiddleware(),
            ProblemMiddleware(namespace: .filmd, secretParameters: ["grant", "signature", "ticket", "token"]),
            LanguageMiddleware(choice: self.services.accounts.languages, verifier: self.verifier),
            PageFallbackMiddleware(self.front, self.services),
            // Who it is comes first: what is wrong with a request is said in this person's language.
            AuthenticationMiddleware(verifier: self.verifier),
            QueryMiddleware(),
        ])
        batches.connect(responder)
        return responder
    }
}
