import HTTPSemantics
package import HTTPTypes
package import NIOCore

/// Sent down the pipeline: an interim response (RFC 9110 section 15.2). Clients of HTTP/1.0 never see one.
struct InterimResponse: Sendable {
    var status: HTTPResponse.Status
    var fields: HTTPFields
}

extension Channel {
    /// Sends an interim response ahead of the real one; nothing happens when that has begun.
    ///
    /// - Parameter status: 100 to 199.
    package func sendInterim(_ status: HTTPResponse.Status, _ fields: HTTPFields) async {
        // A client that is gone is noticed by whoever reads or writes next.
        try? await self.triggerUserOutboundEvent(InterimResponse(status: status, fields: fields)).get()
    }
}

extension HTTPResponse.Status {
    /// Resumable Uploads for HTTP, section "104 (Upload Resumption Supported) Status Code".
    package static var uploadResumptionSupported: HTTPResponse.Status {
        .init(code: HTTPUploadResponse.interimCode, reasonPhrase: "Upload Resumption Supported")
    }
}
