import Glibc
import HTTPSemantics
import HTTPTypes
import NIOCore

/// A response that is made next to the socket, to a client whose request is not read, not read to its end, or is not HTTP. The
/// connection ends with it.
struct ConnectionRefusal: Error {
    /// What the client is told.
    let problem: Problem
    /// Seconds after which trying again makes sense.
    let retryAfter: Int?

    /// - Parameters:
    ///   - status: 400 to 599.
    ///   - code: of the problem details.
    ///   - detail: what happened, for people.
    init(status: HTTPResponse.Status, code: String = Self.invalidRequest, detail: String, retryAfter: Int? = nil) {
        self.problem = Problem(status, code: code, detail)
        self.retryAfter = retryAfter
    }

    var status: HTTPResponse.Status { self.problem.status }

    static let invalidRequest = "invalid_request"
    static let busy = "busy"

    static let full = ConnectionRefusal(
        status: .serviceUnavailable,
        code: Self.busy,
        detail: "The server has as many connections as it may have.",
        retryAfter: 5
    )
    static let tooManyOfOneAddress = ConnectionRefusal(
        status: .tooManyRequests,
        code: Self.busy,
        detail: "Your IP address has as many connections as one may have.",
        retryAfter: 5
    )
    static let requestTimeout = ConnectionRefusal(
        status: .requestTimeout,
        detail: "The head of the request did not arrive in time."
    )

    static let headTooLarge = ConnectionRefusal(
        status: .requestHeaderFieldsTooLarge,
        detail: "The head of the request is too large."
    )

    /// The problem as JSON.
    func body(in namespace: ProblemNamespace) -> ByteBuffer { self.problem.typed(in: namespace).json }

    /// The response without its body; it says that the connection ends.
    /// - Parameter length: bytes of the body.
    func head(length: Int) -> HTTPResponse {
        var fields: HTTPFields = [
            .contentType: Problem.contentType, .contentLength: "\(length)",
            .cacheControl: "no-store", .connection: "close", .date: HTTPDate.format(Int64(time(nil))),
        ]
        if let retryAfter = self.retryAfter { fields[.retryAfter] = "\(retryAfter)" }
        return HTTPResponse(status: self.status, headerFields: fields)
    }

    /// The whole response as HTTP/1.1, for where there is no encoder.
    func bytes(in namespace: ProblemNamespace) -> ByteBuffer {
        let body = self.body(in: namespace)
        let fields = self.head(length: body.readableBytes).headerFields.map {
            "\($0.name.canonicalName): \($0.value)\r\n"
        }.joined()
        var bytes = ByteBuffer(string: "HTTP/1.1 \(self.status.code) \(self.status.reasonPhrase)\r\n\(fields)\r\n")
        bytes.writeImmutableBuffer(body)
        return bytes
    }
}
