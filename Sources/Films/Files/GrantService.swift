import HTTPServing
import MediaClient
import Primitives

/// The right to upload a poster, a trailer or an avatar.
struct GrantService {
    let media: MediaClient
    let movies: MovieStore
    let base: String
    /// How long the upload may begin: it waits behind others, perhaps on a slow network.
    let lifetime: Duration
    let clock: WallClock

    /// What a person is about to upload.
    struct Order {
        var purpose: FilePurpose
        /// Of the film, for posters and trailers.
        var movieID: RecordID?
        var size: Int?
        var sha256: String?
    }

    /// A grant as a tus client needs it.
    struct Grant: Encodable {
        var endpoint: String
        var token: String
        /// `Upload-Metadata`.
        var metadata: [String: String]
        var expiresAt: String
    }

    /// - Throws: `not_found`, `gone`, `forbidden` of the film; `file_too_large`; `media_unavailable`.
    func grant(_ order: Order, to caller: Caller) async throws(FilmsError) -> Grant {
        if let movieID = order.movieID {
            try await self.movies.summary(of: movieID).requireChange(by: caller)
        }
        if let size = order.size, size > order.purpose.maximumBytes { throw Self.tooLarge(order.purpose) }
        let subject = order.movieID ?? caller.accountID
        let name = "\(subject)/\(RecordID(now: self.clock()))"
        var request = MediaGrantRequest(
            collection: order.purpose.collection,
            name: name,
            owner: caller.accountID.description,
            expiresIn: Int(self.lifetime.components.seconds)
        )
        request.types = order.purpose.types
        request.maximumSize = order.purpose.maximumBytes
        request.size = order.size
        request.sha256 = order.sha256
        do {
            let grant = try await self.media.grant(request)
            return Grant(
                endpoint: self.base + "/api/uploads",
                token: grant.token,
                metadata: ["collection": request.collection, "name": name],
                expiresAt: grant.expiresAt
            )
        } catch {
            let failure = FilmsError.media(error)
            throw failure.code == .fileTooLarge ? Self.tooLarge(order.purpose) : failure
        }
    }

    private static func tooLarge(_ purpose: FilePurpose) -> FilmsError {
        FilmsError(
            .fileTooLarge,
            .fileLargerThan,
            ["mebibytes": "\(purpose.maximumBytes >> 20)"],
            fields: [FieldProblem("size", .tooLong, .atMostBytes, limit: purpose.maximumBytes)],
            members: ["maximumBytes": .number(Int64(purpose.maximumBytes))]
        )
    }
}
