import Glibc
import HTTPSemantics
import MediaCore
import NIOCore
import NIOHTTP1

/// An answer that is made next to the socket, to a client whose request is not read, not read to its end, or no HTTP. The
/// connection ends with it.
struct ConnectionRefusal: Error {
    var status: HTTPResponseStatus
    /// A code of the problem details.
    var code = MediaError.Code.invalidRequest
    /// What happened, for people. In JSON as it stands: without quotes and backslashes.
    var detail: String
    /// Seconds after which trying again makes sense.
    var retryAfter: Int?

    static let full = ConnectionRefusal(
        status: .serviceUnavailable,
        code: .busy,
        detail: "As many connections are busy as may be open.",
        retryAfter: 5
    )
    static let tooManyOfOneAddress = ConnectionRefusal(
        status: .tooManyRequests,
        code: .busy,
        detail: "As many connections are open from this address as one may have.",
        retryAfter: 5
    )
    static let requestTimeout = ConnectionRefusal(
        status: .requestTimeout,
        detail: "The request did not come to its end in time."
    )

    /// The answer's header fields.
    var headers: HTTPHeaders {
        var headers: HTTPHeaders = [
            "content-type": "application/problem+json", "content-length": "\(self.body.utf8.count)",
            "cache-control": "no-store", "connection": "close",
            "date": HTTPDate.format(Int64(time(nil))),
        ]
        if let retryAfter = self.retryAfter { headers.add(name: "retry-after", value: "\(retryAfter)") }
        return headers
    }

    /// Problem details (RFC 9457).
    var body: String {
        """
        {"code":"\(self.code)","detail":"\(self.detail)","status":\(self.status.code),\
        "title":"\(self.status.reasonPhrase)","type":"urn:mediad:problem:\(self.code)"}
        """
    }

    /// The whole answer, for where there is no encoder.
    var bytes: ByteBuffer {
        let fields = self.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        return ByteBuffer(
            string: "HTTP/1.1 \(self.status.code) \(self.status.reasonPhrase)\r\n\(fields)\r\n\(self.body)"
        )
    }
}
