import HTTPServing
import Hummingbird

/// `POST /api/grants`.
struct GrantController {
    private let grants: GrantService

    init(_ services: FilmsServices) {
        self.grants = GrantService(
            media: services.media,
            movies: MovieStore(database: services.database),
            base: services.settings.mediaBase,
            lifetime: services.settings.grantLifetime,
            clock: services.clock
        )
    }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.grants, .post) { request, context in
            let caller = try context.caller
            let order = try Self.order(try await RequestBody.read(request, context))
            return try JSON.response(try await self.grants.grant(order, to: caller), status: .created)
        }
    }

    private static func order(_ body: RequestBody) throws(FilmsError) -> GrantService.Order {
        var reader = FieldReader(body)
        let purpose = try reader.choice("purpose", of: FilePurpose.self, isRequired: true)
        let movieID = try reader.id("movieId", isRequired: purpose != nil && purpose != .avatar)
        let size = try reader.integer("size", 1...(1 << 53))
        _ = try reader.text("type", 0...200)
        let sha256 = try reader.text("sha256", 64...64)
        if let sha256, !sha256.utf8.allSatisfy(Self.isHexadecimal) {
            reader.note(FieldProblem("sha256", .invalid, .sha256))
        }
        try reader.finish()
        guard let purpose else { throw FilmsError.defect("A purpose that was required is missing.") }
        return GrantService.Order(
            purpose: purpose,
            movieID: purpose == .avatar ? nil : movieID,
            size: size,
            sha256: sha256
        )
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
