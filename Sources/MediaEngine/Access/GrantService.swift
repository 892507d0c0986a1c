package import Access
import Credentials
package import MediaCore
package import Primitives

/// Gives the right to upload one file away.
package struct GrantService: Sendable {
    private let authority: GrantAuthority
    private let collections: [MediaCollection]
    private let maximumLifetime: Duration
    private let clock: WallClock

    /// - Parameter maximumLifetime: within which an upload must begin, at most (`access.grants.maximumLifetime`).
    package init(
        authority: GrantAuthority,
        collections: [MediaCollection],
        maximumLifetime: Duration,
        clock: @escaping WallClock
    ) {
        self.authority = authority
        self.collections = collections
        self.maximumLifetime = maximumLifetime
        self.clock = clock
    }

    /// Seconds of a grant that does not say how long it counts.
    static let standardLifetime: Int64 = 3600

    /// Makes a grant.
    ///
    /// - Parameter principal: whoever asks: may give away only what he has himself, and nothing that he was given by a grant.
    /// - Returns: the text to send as a bearer token or as `?grant=`, and until when an upload may begin with it.
    /// - Throws: `unauthenticated`, `forbidden`; `invalid_request`, naming the member; `unknown_collection`, `invalid_name`.
    package func make(
        _ request: GrantRequest,
        for principal: Principal
    ) async throws(MediaError) -> (token: String, expiresAt: Timestamp) {
        guard principal.isAuthenticated else {
            throw MediaError(.unauthenticated, "Say who you are: Authorization: Bearer with a key or a token.")
        }
        let files = try Self.files(of: request)
        guard principal.grant == nil, Self.may(.upload, files, principal) else {
            throw MediaError(.forbidden, "This key or token does not allow uploads there, so it gives none away.")
        }
        guard let collection = self.collections.first(where: { $0.name == request.collection }) else {
            throw MediaError(
                .unknownCollection,
                "There is no collection \"\(request.collection.bounded(to: 100))\".",
                details: ["allowed": .texts(self.collections.map(\.name))]
            )
        }
        try Self.checkNaming(files, in: collection)
        try Self.check(request, in: collection)
        let end = try self.end(of: request)
        let grant = UploadGrant(
            id: MediaID(now: self.clock()).description,
            files: files,
            types: request.types,
            maximumSize: request.maximumSize,
            size: request.size,
            digest: try Self.digest(of: request),
            replaces: try Self.replaces(request, files, in: collection, principal),
            owner: try Self.owner(of: request, principal),
            end: end
        )
        guard let grant, let token = try await self.authority.tokens().token(for: grant) else {
            throw MediaError(.internalError, "No grant could be made.")
        }
        return (token, end)
    }

    // MARK: Rights

    private static func may(_ action: FileAction, _ files: NamePattern, _ principal: Principal) -> Bool {
        principal.scopes.allows(.files(action, files))
    }

    private static func replaces(
        _ request: GrantRequest,
        _ files: NamePattern,
        in collection: MediaCollection,
        _ principal: Principal
    ) throws(MediaError) -> Bool {
        let isAllowed = Self.may(.replace, files, principal)
        guard let asked = request.replace else {
            return isAllowed && !files.isPrefix && collection.replacing == .always
        }
        guard !asked || isAllowed else {
            throw MediaError(.forbidden, "This key or token does not allow replacing there, so it gives that not away.")
        }
        return asked
    }

    /// A service says whose file it is. A person is the owner of what he gives others the right to send.
    private static func owner(of request: GrantRequest, _ principal: Principal) throws(MediaError) -> String? {
        guard let owner = request.owner else { return principal.subject }
        guard Principal.isSubject(owner) else {
            throw .member("owner", "is a text of 1 to \(Principal.maximumSubjectLengthBytes) bytes")
        }
        let isService =
            switch principal.kind {
            case .key, .open: true
            case .anonymous, .token, .grant: false
            }
        guard principal.mayManage || isService || principal.isSubject(owner) else {
            throw MediaError(.forbidden, "A token makes grants for its own subject only.")
        }
        return owner
    }

    // MARK: Members

    private static func files(of request: GrantRequest) throws(MediaError) -> NamePattern {
        let text: String
        switch (request.name, request.namePrefix) {
        case (let name?, nil): text = "\(request.collection)/\(name)"
        case (nil, let prefix?): text = "\(request.collection)/\(prefix)*"
        case (nil, nil): throw .member("name", "or \"namePrefix\" is needed")
        case (.some, .some): throw .member("name", "and \"namePrefix\" exclude each other")
        }
        let pattern: NamePattern
        do { pattern = try NamePattern(text) } catch {
            throw MediaError(
                .invalidName,
                "\"\(request.name == nil ? "namePrefix" : "name")\" cannot be used: \(error)"
            )
        }
        // A star of its own would widen what was asked for.
        guard pattern.collection == request.collection, pattern.isPrefix == (request.name == nil) else {
            throw .member("name", "has no * in it; namePrefix is for all names that begin so")
        }
        return pattern
    }

    private static func checkNaming(_ files: NamePattern, in collection: MediaCollection) throws(MediaError) {
        guard collection.naming == .generated, !(files.isPrefix && files.name.isEmpty) else { return }
        throw MediaError(
            .invalidName,
            "\(collection.name) names its files itself. Ask for \"namePrefix\": \"\" instead."
        )
    }

    private static func check(_ request: GrantRequest, in collection: MediaCollection) throws(MediaError) {
        if let types = request.types {
            guard (1...UploadGrant.maximumTypes).contains(types.count), types.allSatisfy(UploadGrant.isTypePattern)
            else {
                throw .member(
                    "types",
                    "is a list of 1 to \(UploadGrant.maximumTypes) types such as image/png or image/*"
                )
            }
            guard !collection.narrowed(by: UploadConditions(types: types)).allowedTypes.isEmpty else {
                throw .member(
                    "types",
                    "has none that \(collection.name) takes: \(collection.allowedTypes.joined(separator: ", "))"
                )
            }
        }
        if let most = request.maximumSize, most < 1 { throw .member("maximumSize", "is a number of bytes above 0") }
        guard let size = request.size else { return }
        let most = min(request.maximumSize ?? .max, collection.maximumSize.bytes)
        guard (1...most).contains(size) else {
            throw .member("size", "is a number of bytes from 1 to \(most), the most that is taken")
        }
    }

    private static func digest(of request: GrantRequest) throws(MediaError) -> Digest? {
        guard let text = request.sha256 else { return nil }
        guard let digest = Digest(hex: text) else { throw .member("sha256", "has 64 hexadecimal digits") }
        return digest
    }

    private func end(of request: GrantRequest) throws(MediaError) -> Timestamp {
        let most = self.maximumLifetime.components.seconds
        let seconds = request.expiresIn ?? min(Self.standardLifetime, most)
        guard (1...most).contains(seconds) else {
            throw .member("expiresIn", "is a whole number of seconds from 1 to \(most)")
        }
        // Whole seconds, as in the token; rounded up, so that it never counts for less than was asked for.
        return Timestamp(seconds: self.clock().seconds + 1 + seconds, nanoseconds: 0)
    }
}

extension MediaError {
    /// A member of a JSON body that cannot be used.
    package static func member(_ name: String, _ reason: String) -> MediaError {
        MediaError(.invalidRequest, "\"\(name)\" \(reason).", details: ["member": [name]])
    }
}
