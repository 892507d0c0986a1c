import FoundationEssentials
import MediaTesting
import Testing

extension DaemonProcess {
    /// Sends a raw body to `POST /api/upload`.
    ///
    /// - Parameter query: what follows the `?`, percent-encoded already.
    func upload(_ bytes: [UInt8], _ query: String, _ fields: [(String, String)] = []) async throws -> ProbeResponse {
        try await request("POST", "/api/upload?\(query)", fields, body: bytes)
    }

    /// Sends a form to `POST /api/upload`.
    func upload(
        _ form: Form,
        query: String = "",
        _ fields: [(String, String)] = []
    ) async throws -> ProbeResponse {
        try await request(
            "POST",
            "/api/upload" + (query.isEmpty ? "" : "?\(query)"),
            [("Content-Type", form.contentType)] + fields,
            body: form.bytes
        )
    }

    /// Sends a raw body in chunks to `POST /api/upload`, and these lines behind it.
    func uploadChunked(
        _ bytes: [UInt8],
        _ query: String,
        _ fields: [(String, String)] = [],
        trailers: [String]
    ) async throws -> ProbeResponse {
        let probe = try await connect()
        try await probe.send("POST", "/api/upload?\(query)", fields + [("Transfer-Encoding", "chunked")])
        try await probe.send(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes)
        try await probe.send("\r\n0\r\n" + trailers.map { "\($0)\r\n" }.joined() + "\r\n")
        return try await probe.receive(to: "POST")
    }
}

/// A `multipart/form-data` body (RFC 7578).
struct Form: Sendable {
    private let boundary = "----mediad-\(UUID().uuidString)"
    private var content: [UInt8] = []

    init() {}

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }
    var bytes: [UInt8] { content + Array("--\(boundary)--\r\n".utf8) }
    /// The body without its closing delimiter.
    var unfinished: [UInt8] { content }

    func field(_ name: String, _ value: String) -> Form {
        part("Content-Disposition: form-data; name=\"\(name)\"", Array(value.utf8))
    }

    /// - Parameter lines: more header fields of the part.
    func file(
        _ bytes: [UInt8],
        name: String = "file",
        fileName: String = "a.bin",
        type: String? = nil,
        lines: [String] = []
    ) -> Form {
        let disposition = "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(fileName)\""
        return part(
            ([disposition] + (type.map { ["Content-Type: \($0)"] } ?? []) + lines).joined(separator: "\r\n"),
            bytes
        )
    }

    private func part(_ head: String, _ bytes: [UInt8]) -> Form {
        var form = self
        form.content += Array("--\(boundary)\r\n\(head)\r\n\r\n".utf8) + bytes + Array("\r\n".utf8)
        return form
    }
}

/// A name that no other test uses.
func uniqueName(_ prefix: String = "t") -> String { "\(prefix)-\(UUID().uuidString.lowercased())" }
