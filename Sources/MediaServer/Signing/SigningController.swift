import Access
import HTTPServing
import Hummingbird
import MediaCore
import MediaEngine

/// `POST /api/sign`: signed addresses for whoever may read what they are of.
///
/// Whether there is a file is not looked up, so a list of a thousand costs no query, and an address can be made before its file.
struct SigningController: Sendable {
    let authority: AddressAuthority
    let rules: AddressMint.Rules
    let clock: WallClock
    let files: FileService

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.signing, .post) { request, context in try await self.sign(request, context) }
    }

    private func sign(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        guard let access = context.access else {
            throw MediaError(.internalError, "Nobody decides here who may have addresses signed.")
        }
        try access.requireCredentials()
        let wanted = try await SigningRequest(request, context)
        let mint = AddressMint(signer: try await self.authority.prepare(), rules: self.rules, clock: self.clock)
        let end = try mint.expiry(lifetime: wanted.expiresIn.map { .seconds(min(max($0, 0), 1 << 40)) })
        var signed: [String] = []
        signed.reserveCapacity(wanted.urls.count)
        for (index, text) in wanted.urls.enumerated() {
            do throws(MediaError) {
                let address = try SignableAddress(text)
                try await self.check(address, access)
                signed.append(try mint.sign(address, until: end))
            } catch {
                throw MediaError(
                    error.code,
                    "urls[\(index)]: \(error.message)",
                    details: error.details,
                    cause: error.cause
                )
            }
        }
        return try JSON.response(SignedAddresses(urls: signed, expiresAt: end.description))
    }

    /// - Throws: `forbidden`, `not_found`; `invalid_request` for parameters of pictures that make no sense.
    private func check(_ address: SignableAddress, _ access: RequestAccess) async throws(MediaError) {
        let readable = address.files.map { access.allows(.readFile($0)) }
        // Two files can be meant by one path: which one it is matters only to somebody who may read one of them.
        var meant = address.files.last
        if let original = address.original, let first = address.files.first {
            if readable.allSatisfy({ $0 }) || !readable.contains(true) {
                meant = first
            } else if readable.first == true {
                meant = try await self.isThere(original) ? first : meant
            } else {
                // A file has to be there, and nothing else: else the address would lead to the video that another right is needed for, now or
                // when it comes, or where it went.
                let isFile = try await self.isThere(address.place)
                meant = try await self.isThere(original) || !isFile ? first : meant
            }
        }
        guard let meant else { return }
        try access.require(.readFile(meant))
        guard let options = try PictureQuery(address.query).options, !options.changes.isEmpty else { return }
        // Where everybody may read, not everybody may have any picture made.
        guard access.principal.scopes.allows(.read, collection: meant.collection, name: meant.name) else {
            throw MediaError(.forbidden, "This key or token does not allow free parameters of pictures here.")
        }
    }

    private func isThere(_ path: MediaPath) async throws(MediaError) -> Bool {
        do throws(MediaError) {
            _ = try await self.files.file(path: path)
            return true
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }
}

/// The body of the response.
private struct SignedAddresses: Encodable {
    /// In the order of the request.
    var urls: [String]
    /// RFC 3339.
    var expiresAt: String
}
