import MediaTesting
import Testing

/// A file's record as the daemon sent it, every member checked for its presence and type.
struct Record: Hashable, Sendable {
    let id: String
    let path: String
    let url: String
    let collection: String
    let size: Int
    let type: String
    let sha256: String
    let width: Int?
    let height: Int?
    let durationSeconds: Double?
    let originalFilename: String?
    let owner: String?
    let frames: Int?
    let hasAlpha: Bool?
    /// Base64.
    let thumbHash: String?
    let dominantColor: String?
    let focalPoint: FocalPoint?
    let media: JSONValue?
    let rewritings: [String]?
    let uploadedSha256: String?
    let createdAt: String
    let updatedAt: String
    let renditions: [Rendition]

    struct Rendition: Hashable, Sendable {
        let preset: String
        let url: String
        let width: Int
        let height: Int
    }

    struct FocalPoint: Hashable, Sendable {
        let x: Double
        let y: Double
    }

    static let members: Set<String> = [
        "id", "path", "url", "collection", "size", "type", "sha256", "width", "height", "durationSeconds",
        "originalFilename", "owner", "frames", "hasAlpha", "thumbHash", "dominantColor", "focalPoint", "media",
        "rewritings",
        "uploadedSha256", "createdAt", "updatedAt", "renditions",
    ]

    init(_ json: JSONValue, sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(json.members == Self.members, sourceLocation: sourceLocation)
        func string(_ name: String) throws -> String {
            try #require(json[name]?.string, "\(name) is no string in \(json)", sourceLocation: sourceLocation)
        }
        func optional<Value>(_ name: String, _ read: (JSONValue) -> Value?) throws -> Value? {
            guard let value = json[name], value != .null else { return nil }
            let result: Value = try #require(read(value), "\(name) in \(json)", sourceLocation: sourceLocation)
            return result
        }
        id = try string("id")
        path = try string("path")
        url = try string("url")
        collection = try string("collection")
        size = try #require(json["size"]?.integer, sourceLocation: sourceLocation)
        type = try string("type")
        sha256 = try string("sha256")
        width = try optional("width", \.integer)
        height = try optional("height", \.integer)
        durationSeconds = try optional("durationSeconds", \.double)
        originalFilename = try optional("originalFilename", \.string)
        owner = try optional("owner", \.string)
        frames = try optional("frames", \.integer)
        hasAlpha = try optional("hasAlpha") { value in
            if case .bool(let has) = value { return has }
            return nil
        }
        thumbHash = try optional("thumbHash", \.string)
        dominantColor = try optional("dominantColor", \.string)
        focalPoint = try optional("focalPoint") { point in
            guard point.members == ["x", "y"], let x = point["x"]?.double, let y = point["y"]?.double else {
                return nil
            }
            return FocalPoint(x: x, y: y)
        }
        media = try optional("media") { $0.members.isEmpty ? nil : $0 }
        rewritings = try optional("rewritings") { steps in steps.array?.compactMap(\.string) }
        uploadedSha256 = try optional("uploadedSha256", \.string)
        createdAt = try string("createdAt")
        updatedAt = try string("updatedAt")
        renditions = try #require(json["renditions"]?.array, sourceLocation: sourceLocation).map { item in
            Rendition(
                preset: try #require(item["preset"]?.string),
                url: try #require(item["url"]?.string),
                width: try #require(item["width"]?.integer),
                height: try #require(item["height"]?.integer)
            )
        }
    }
}

extension ProbeResponse {
    /// The records of a 201, in order; fails the test with the answer's text for any other status.
    func records(sourceLocation: SourceLocation = #_sourceLocation) throws -> [Record] {
        try #require(status == 201, "\(status): \(text)", sourceLocation: sourceLocation)
        #expect(self["Content-Type"]?.hasPrefix("application/json") == true, sourceLocation: sourceLocation)
        let files = try JSONValue(parsing: body)["files"]?.array
        return try #require(files, sourceLocation: sourceLocation).map {
            try Record($0, sourceLocation: sourceLocation)
        }
    }

    /// The record of a 201 with one file.
    func record(sourceLocation: SourceLocation = #_sourceLocation) throws -> Record {
        let records = try records(sourceLocation: sourceLocation)
        #expect(records.count == 1, sourceLocation: sourceLocation)
        return try #require(records.first, sourceLocation: sourceLocation)
    }

    /// Checks that this is a refusal: the status, RFC 9457 problem details that repeat it, and the stable code.
    @discardableResult
    func expectProblem(
        _ status: Int,
        _ code: String,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSONValue {
        #expect(self.status == status, "\(comment?.rawValue ?? "") \(text)", sourceLocation: sourceLocation)
        #expect(self["Content-Type"] == "application/problem+json", comment, sourceLocation: sourceLocation)
        let problem = try JSONValue(parsing: body)
        #expect(problem["code"]?.string == code, comment, sourceLocation: sourceLocation)
        #expect(problem["status"]?.integer == status, comment, sourceLocation: sourceLocation)
        #expect(problem["title"]?.string?.isEmpty == false, comment, sourceLocation: sourceLocation)
        #expect(problem["detail"]?.string?.isEmpty == false, comment, sourceLocation: sourceLocation)
        #expect(problem["type"]?.string?.isEmpty == false, comment, sourceLocation: sourceLocation)
        return problem
    }
}

extension Record {
    /// The records in the text of an answer, for clients of which only the output is seen.
    static func list(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws -> [Record] {
        let json = try JSONValue(parsing: bytes)
        return try #require(json["files"]?.array, "\(json)", sourceLocation: sourceLocation)
            .map { try Record($0, sourceLocation: sourceLocation) }
    }
}
