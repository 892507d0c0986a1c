import FoundationEssentials
import MediaTesting
import Testing

/// Field values of tus 1.0.
enum Tus {
    static let version = ("Tus-Resumable", "1.0.0")
    static let octets = ("Content-Type", "application/offset+octet-stream")

    /// `Upload-Metadata` of these pairs, the values encoded.
    static func metadata(_ pairs: [(String, String)]) -> (String, String) {
        ("Upload-Metadata", pairs.map { "\($0) \(base64(Array($1.utf8)))" }.joined(separator: ","))
    }

    static func base64(_ bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }

    /// Metadata that makes a document of it, under a name that no other upload has.
    static func document(_ name: String = uniqueName()) -> (String, String) {
        metadata([("collection", "documents"), ("name", name)])
    }

    /// The fields of a PATCH.
    static func patch(at offset: Int, _ fields: [(String, String)] = []) -> [(String, String)] {
        [version, octets, ("Upload-Offset", "\(offset)")] + fields
    }
}

extension DaemonProcess {
    /// One request of tus 1.0 on a connection of its own; what every answer must have is checked (A1.1).
    func tus(
        _ method: String,
        _ target: String,
        _ fields: [(String, String)] = [],
        body: [UInt8]? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProbeResponse {
        let answer = try await request(method, target, [Tus.version] + fields, body: body)
        #expect(answer["Tus-Resumable"] == "1.0.0", "A1.1: \(answer.status)", sourceLocation: sourceLocation)
        return answer
    }

    /// POST: an upload of a document of `length` bytes (nil: deferred), which must be granted.
    func createUpload(
        _ length: Int?,
        _ metadata: (String, String) = Tus.document(),
        _ fields: [(String, String)] = [],
        body: [UInt8]? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> UploadAddress {
        let size = length.map { ("Upload-Length", "\($0)") } ?? ("Upload-Defer-Length", "1")
        let answer = try await tus("POST", "/api/uploads", [size, metadata] + fields, body: body ?? [])
        try #require(answer.status == 201, "\(answer.status) \(answer.text)", sourceLocation: sourceLocation)
        return try UploadAddress(location: answer["Location"], of: self, sourceLocation: sourceLocation)
    }

    /// HEAD.
    func head(_ upload: UploadAddress, sourceLocation: SourceLocation = #_sourceLocation) async throws -> ProbeResponse
    {
        try await tus("HEAD", upload.path, sourceLocation: sourceLocation)
    }

    /// The offset that HEAD tells.
    func offset(of upload: UploadAddress, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Int {
        let answer = try await head(upload, sourceLocation: sourceLocation)
        try #require(answer.status == 200 || answer.status == 204, "\(answer.status)", sourceLocation: sourceLocation)
        let offset = answer["Upload-Offset"].flatMap { Int($0) }
        return try #require(offset, "\(answer.fields)", sourceLocation: sourceLocation)
    }

    /// PATCH.
    func patch(
        _ upload: UploadAddress,
        at offset: Int,
        _ bytes: some Sequence<UInt8>,
        _ fields: [(String, String)] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProbeResponse {
        let all = [Tus.octets, ("Upload-Offset", "\(offset)")] + fields
        return try await tus("PATCH", upload.path, all, body: Array(bytes), sourceLocation: sourceLocation)
    }

    /// PATCH that must be taken whole.
    func append(
        _ bytes: some Sequence<UInt8>,
        to upload: UploadAddress,
        at offset: Int,
        _ fields: [(String, String)] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let bytes = Array(bytes)
        let answer = try await patch(upload, at: offset, bytes, fields, sourceLocation: sourceLocation)
        #expect(answer.status == 204, "\(answer.text)", sourceLocation: sourceLocation)
        #expect(answer["Upload-Offset"] == "\(offset + bytes.count)", sourceLocation: sourceLocation)
    }

    /// Opens a PATCH that announces `length` bytes, sends only these and waits until the daemon has them; the connection
    /// stays open as long as the probe lives.
    func stall(
        _ upload: UploadAddress,
        at offset: Int = 0,
        length: Int,
        sending bytes: some Sequence<UInt8>,
        _ fields: [(String, String)] = []
    ) async throws -> HTTPProbe {
        let probe = try await connect()
        try await probe.send("PATCH", upload.path, Tus.patch(at: offset, fields) + [("Content-Length", "\(length)")])
        let bytes = Array(bytes)
        try await probe.send(bytes)
        try await expectReceiving(upload, bytes.count, from: offset)
        return probe
    }
}
