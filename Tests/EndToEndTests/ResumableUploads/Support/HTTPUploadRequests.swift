import MediaTesting
import Testing

/// An interop version of "Resumable Uploads for HTTP", with the field names and media type that its drafts have.
struct Interop: Sendable, CustomTestStringConvertible {
    let number: Int

    static let all = [3, 5, 6, 7, 8].map(Interop.init)
    static let current = Interop(number: 8)

    var testDescription: String { "interop version \(number)" }
    var version: (String, String) { ("Upload-Draft-Interop-Version", "\(number)") }
    var completeName: String { number == 3 ? "Upload-Incomplete" : "Upload-Complete" }

    /// The Boolean item that says whether the request ends the upload (RFC 8941 section 3.3.6).
    func item(_ isComplete: Bool) -> String { (isComplete != (number == 3)) ? "?1" : "?0" }

    /// The fields of a creation.
    func creation(_ isComplete: Bool) -> [(String, String)] { [version, (completeName, item(isComplete))] }

    /// The fields of an append.
    func append(at offset: Int, _ isComplete: Bool) -> [(String, String)] {
        // Demanded since interop 6; earlier drafts ask for none.
        let type = number >= 6 ? [("Content-Type", "application/partial-upload")] : []
        return creation(isComplete) + [("Upload-Offset", "\(offset)")] + type
    }
}

extension DaemonProcess {
    /// The plain upload endpoint with a document's place.
    static func documentTarget(_ name: String = uniqueName()) -> String {
        "/api/upload?collection=documents&name=\(name)"
    }

    /// Creates an upload that is not complete with this request, and checks what its answers must have.
    func beginUpload(
        _ bytes: [UInt8] = [],
        _ interop: Interop = .current,
        target: String = DaemonProcess.documentTarget(),
        with fields: [(String, String)] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> UploadAddress {
        let answer = try await exchange("POST", target, interop.creation(false) + fields, body: bytes)
        try #require(answer.status == 201, "\(answer.status) \(answer.text)", sourceLocation: sourceLocation)
        #expect(answer["Upload-Offset"] == "\(bytes.count)", sourceLocation: sourceLocation)
        #expect(answer[interop.completeName] == interop.item(false), sourceLocation: sourceLocation)
        let upload = try UploadAddress(location: answer["Location"], of: self, sourceLocation: sourceLocation)
        // Rule 4: one and the same everywhere.
        for interim in answer.resumptions {
            let isSame = interim["Location"] == nil || interim["Location"] == answer["Location"]
            #expect(isSame, sourceLocation: sourceLocation)
        }
        return upload
    }

    /// PATCH of an IETF upload.
    func append(
        _ bytes: some Sequence<UInt8>,
        to upload: UploadAddress,
        at offset: Int,
        complete: Bool,
        _ interop: Interop = .current,
        _ fields: [(String, String)] = []
    ) async throws -> Exchange {
        try await exchange(
            "PATCH",
            upload.path,
            interop.append(at: offset, complete) + fields,
            body: Array(bytes)
        )
    }

    /// HEAD of an IETF upload.
    func status(
        of upload: UploadAddress,
        _ interop: Interop = .current,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> (offset: Int, isComplete: Bool, answer: Exchange) {
        let answer = try await exchange("HEAD", upload.path, [interop.version])
        #expect(answer.status == 204 || answer.status == 200, "\(answer.status)", sourceLocation: sourceLocation)
        let offset = try #require(answer["Upload-Offset"].flatMap { Int($0) }, sourceLocation: sourceLocation)
        let item = try #require(answer[interop.completeName], sourceLocation: sourceLocation)
        #expect(item == "?0" || item == "?1", sourceLocation: sourceLocation)
        return (offset, item == interop.item(true), answer)
    }
}
