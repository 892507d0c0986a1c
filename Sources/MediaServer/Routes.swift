import HTTPSemantics
import HTTPServing

/// All URLs of the daemon.
///
/// Each controller registers its handlers by these routes, and whoever else has to know a path, or what may be done there, reads them
/// here.
enum Routes {
    /// Which route a request is for.
    static let table = RouteTable([
        page, health, readiness, metrics,
        files, filesOfAPI,
        upload, uploads, resumableUpload, belowUpload, grants,
        records, record, addresses, signing, fileLinks, links, trash, trashed, restoration,
        changes, events, eventSocket, eventTicket,
        webhooks, webhook, webhookRotation, webhookReplay, webhookEnabling, webhookDisabling,
        unusedOfFiles, unusedOfAPI, belowAPI,
    ])

    // MARK: Operation

    /// The page to try things with. Whoever comes sees it, with the collections that he may know of.
    static let page = Route("/", [.get(.read), .head(.read)], isServedWhileStarting: true)
    /// Whether the process responds.
    static let health = Route("/healthz", [.get(.anyone), .head(.anyone)], isServedWhileStarting: true)
    /// Whether database and tree can be used.
    static let readiness = Route("/readyz", [.get(.anyone), .head(.anyone)], isServedWhileStarting: true)
    /// What was counted.
    static let metrics = Route("/metrics", [.get(.monitor), .head(.monitor)], isServedWhileStarting: true)

    // MARK: Files

    /// The bytes of files, and what is made from them.
    static let files = Self.file("/files/**")
    /// The same, for whoever sends only `/api` through a proxy.
    static let filesOfAPI = Self.file("/api/files/**")

    private static func file(_ pattern: String) -> Route {
        Route(pattern, [.get(.read), .head(.read), .options], crossOrigin: .reading, isServedFromMemory: true)
    }

    /// The records of files, page by page.
    static let records = Route(
        "/api/media",
        [.get(.read), .head(.read), .options],
        crossOrigin: .reading,
        parameters: ["path", "collection", "type", "pathPrefix", "prefix", "search", "cursor", "limit"]
    )
    /// A record.
    static let record = Route(
        "/api/media/{id}",
        [
            .get(.read), .head(.read), .patch(.change, .json(maximumBytes: RecordPatch.maximumLength)),
            .delete(.change), .options,
        ],
        crossOrigin: .reading,
        parameters: ["permanent", "force"]
    )
    /// The URLs under which caches may have something of a file.
    static let addresses = Route(
        "/api/media/{id}/addresses",
        [.get(.read), .head(.read), .options],
        crossOrigin: .reading,
        parameters: []
    )

    /// Addresses that let whoever has them read. It changes nothing, but is asked for more than a query can hold.
    static let signing = Route(
        "/api/sign",
        [.post(.read, .json(maximumBytes: SigningRequest.maximumLength)), .options],
        crossOrigin: .uploading,
        parameters: []
    )

    // MARK: Links and the trash

    /// What uses a file.
    static let fileLinks = Route(
        "/api/media/{id}/links",
        [
            .get(.link), .head(.link), .post(.link, .json(maximumBytes: LinkController.maximumLength)), .delete(.link),
            .options,
        ],
        parameters: ["entity", "entityId", "role", "cursor", "limit"]
    )
    /// Which files something uses.
    static let links = Route(
        "/api/links",
        [.get(.link), .head(.link), .delete(.link), .options],
        parameters: ["entity", "entityId", "role", "cursor", "limit"]
    )
    /// What was deleted, page by page.
    static let trash = Route(
        "/api/trash",
        [.get(.manage), .head(.manage), .options],
        parameters: ["collection", "cursor", "limit"]
    )
    /// A deleted file.
    static let trashed = Route(
        "/api/trash/{id}",
        [.get(.manage), .head(.manage), .delete(.manage), .options],
        parameters: []
    )
    /// The way back.
    static let restoration = Route("/api/trash/{id}/restore", [.post(.manage, .none), .options], parameters: [])

    // MARK: Events

    /// What changed, page by page.
    static let changes = Route(
        "/api/changes",
        [.get(.hear), .head(.hear), .options],
        crossOrigin: .reading,
        parameters: ["since", "wait", "limit", "collection", "entity", "path"]
    )
    /// What changes, as it happens (server-sent events).
    static let events = Route(
        "/api/events",
        [.get(.hear), .options],
        crossOrigin: .reading,
        parameters: ["since", "collection", "entity", "path", "progress", "ticket"]
    )
    /// The same by WebSocket. What pages of other sites may do is checked there.
    static let eventSocket = Route("/api/events/ws", [.get(.hear)], parameters: ["ticket"])
    /// What a browser comes with, which can send no header fields with a stream.
    static let eventTicket = Route(
        "/api/events/ticket",
        [.post(.hear, .none), .options],
        crossOrigin: .uploading,
        parameters: []
    )

    // MARK: Uploads

    /// Plain uploads, and those that a client may resume.
    static let upload = Route(
        "/api/upload",
        [.post(.upload, .streamed), .options],
        crossOrigin: .uploading,
        parameters: Self.uploadParameters
    )
    /// Where resumable uploads begin, in either protocol.
    static let uploads = Self.resumable("/api/uploads", [.post(.upload, .streamed), .options], Self.uploadParameters)
    /// A resumable upload.
    static let resumableUpload = Self.resumable(
        "/api/uploads/{id}",
        [
            .get(.upload), .head(.upload), .patch(.upload, .streamed), .delete(.upload), .post(.upload, .none),
            .options,
        ],
        Self.uploadParameters
    )
    /// Nothing; but the fields of every response are those of an upload.
    static let belowUpload = Self.resumable("/api/uploads/{id}/**", [])

    /// Gives the right to one upload away.
    static let grants = Route(
        "/api/grants",
        [.post(.upload, .json(maximumBytes: GrantBody.maximumLength))],
        parameters: []
    )

    private static let uploadParameters = ["collection", "name", "replace", "filename", "grant"]

    private static func resumable(
        _ pattern: String,
        _ operations: [Route.Operation],
        _ parameters: [String]? = nil
    ) -> Route {
        Route(
            pattern,
            operations,
            crossOrigin: .uploading,
            // tus 1.0, "X-HTTP-Method-Override"; nothing else can be reached under another method than the one that was sent.
            honoursMethodOverride: true,
            // tus 1.0, "Tus-Resumable": on every response, errors of the router included.
            responseFields: TusFields.always,
            parameters: parameters
        )
    }

    // MARK: Nothing

    /// Names that are kept for what is below them. Before the daemon is prepared nobody is told yet that there is nothing.
    static let unusedOfFiles = Route("/files", [])
    static let unusedOfAPI = Route("/api", [])
    static let belowAPI = Route("/api/**", [])
}
