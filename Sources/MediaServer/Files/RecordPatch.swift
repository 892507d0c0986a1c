import FoundationEssentials
import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore

/// What a client asks to change of a record: a JSON Merge Patch (RFC 7396) of the members that can be changed.
struct RecordPatch: Decodable {
    /// Nil: left as it is.
    var focalPoint: Change<FocalPoint>?

    enum Change<Value> {
        case set(Value)
        case clear
    }

    /// Bytes; there is not much to say.
    static let maximumLength = 4096
    /// RFC 5789 section 3.1.
    static let mediaTypes = ["application/json", "application/merge-patch+json"]

    /// Reads the body of a request.
    /// - Throws: ``MediaError`` `invalid_request`; ``FieldedError`` with `unsupported_media_type`, or with 413.
    init(_ request: Request, _ context: MediaRequestContext) async throws {
        try Self.checkType(request)
        guard let bytes = try await JSONContent.bytes(of: request, context, maximumLength: Self.maximumLength) else {
            let error = MediaError(.invalidRequest, "The body is longer than \(Self.maximumLength) bytes.")
            throw FieldedError(error, [:], status: .contentTooLarge)
        }
        try self.init(json: bytes)
    }

    /// - Throws: `invalid_request`.
    init(json bytes: [UInt8]) throws(MediaError) {
        do {
            self = try JSONDecoder().decode(RecordPatch.self, from: Data(bytes))
        } catch let error as MediaError {
            throw error
        } catch {
            throw MediaError(
                .invalidRequest,
                "The body is no JSON object of the form {\"focalPoint\": {\"x\": 0.5, \"y\": 0.3}}.",
                cause: error
            )
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        for name in members.allKeys where name.stringValue != "focalPoint" {
            throw MediaError(
                .invalidRequest,
                "\"\(name.stringValue.bounded(to: 64))\" cannot be changed. focalPoint can."
            )
        }
        let name = Name(stringValue: "focalPoint")
        guard members.contains(name) else { return }
        if try members.decodeNil(forKey: name) {
            self.focalPoint = .clear
        } else {
            self.focalPoint = .set(try Self.point(try members.nestedContainer(keyedBy: Name.self, forKey: name)))
        }
    }

    private static func point(_ members: KeyedDecodingContainer<Name>) throws -> FocalPoint {
        let (x, y) = (Name(stringValue: "x"), Name(stringValue: "y"))
        guard members.allKeys.count == 2,
            let point = FocalPoint(
                x: try members.decode(Double.self, forKey: x),
                y: try members.decode(Double.self, forKey: y)
            )
        else {
            throw MediaError(
                .invalidRequest,
                "focalPoint has the members x and y, each a number from 0 to 1, or is null."
            )
        }
        return point
    }

    private static func checkType(_ request: Request) throws(FieldedError) {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
        guard self.mediaTypes.contains(String(type.filter { $0 != " " && $0 != "\t" })) else {
            throw FieldedError(
                MediaError(.unsupportedMediaType, "Send the change as \(self.mediaTypes.joined(separator: " or "))."),
                [.acceptPatch: self.mediaTypes.joined(separator: ", ")]
            )
        }
    }
}

extension HTTPField.Name {
    /// RFC 5789 section 3.1: what `PATCH` takes.
    static let acceptPatch = Self.literal("accept-patch")
}
