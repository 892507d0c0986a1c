import HTTPTypes
import MediaCore
import MediaEngine

/// What a request says of its content that no upload can have.
enum UploadContent {
    /// Checks the head of a request that brings a file, or begins to.
    /// - Throws: `unsupported_media_type` for a content coding, `invalid_request` for `Content-Range`.
    static func check(_ fields: HTTPFields) throws {
        try self.checkCoding(fields)
        // RFC 9110 section 14.5: whoever does not know partial requests would make a whole file of a part.
        guard !fields.contains(.contentRange) else {
            throw MediaError(
                .invalidRequest,
                "Content-Range says that the content is a part of a file. Send the whole file, or a resumable upload."
            )
        }
    }

    /// Nothing is decoded here: a file would be stored as something that it is not.
    ///
    /// - Throws: `unsupported_media_type`, with the codings that there are in `Accept-Encoding` (RFC 9110 section 12.5.3).
    static func checkCoding(_ fields: HTTPFields) throws(FieldedError) {
        let codings = fields[values: .contentEncoding].flatMap { $0.split(separator: ",") }
            .map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
        guard let coding = codings.first(where: { !$0.isEmpty && $0 != "identity" }) else { return }
        throw FieldedError(
            MediaError(
                .unsupportedMediaType,
                "The content is coded (Content-Encoding: \(coding.prefix(40))). Send the file as it is."
            ),
            [.acceptEncoding: "identity"]
        )
    }
}
