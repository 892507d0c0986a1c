import FoundationEssentials
import Hummingbird

// The least that a Hummingbird service does to respond with a page of films as JSON: Benchmarks/films.py measures filmd beside it.
//
//     hummingbird-peer PORT FILE
//
// `/ready` sends FILE's bytes, which are in memory. `/encoded` encodes the page that FILE has, as a handler that returns a value does.

struct Page: Codable, ResponseEncodable {
    var movies: [Movie]
    var nextCursor: String?
}

struct Movie: Codable {
    struct Person: Codable {
        var id: String
        var username: String
    }

    struct Picture: Codable {
        struct Rendition: Codable {
            var preset: String
            var url: String
            var width: Int
            var height: Int
        }

        var fileId: String
        var url: String
        var width: Int
        var height: Int
        var thumbHash: String
        var dominantColor: String
        var renditions: [Rendition]
    }

    struct Ratings: Codable {
        var mean: Double?
        var count: Int
    }

    var id: String
    var addedBy: Person?
    var title: String
    var description: String
    var year: Int?
    var rating: Double?
    var categories: [String]
    var tags: [String]
    var posterFileId: String?
    var posterUrl: String?
    var poster: Picture?
    var ratings: Ratings
    var createdAt: String
    var updatedAt: String
    var version: Int
    var fieldVersions: [String: Int]
}

struct Usage: Error, CustomStringConvertible {
    var description: String { "usage: hummingbird-peer PORT FILE" }
}

guard CommandLine.arguments.count == 3, let port = Int(CommandLine.arguments[1]) else {
    throw Usage()
}
let file = try Data(contentsOf: URL(filePath: CommandLine.arguments[2]))
let bytes = ByteBuffer(bytes: file)
let page = try JSONDecoder().decode(Page.self, from: file)

let router = Router()
router.get("ready") { _, _ in
    Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: bytes))
}
router.get("encoded") { _, _ in page }

let application = Application(
    router: router,
    configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: nil)
)
try await application.runService()
