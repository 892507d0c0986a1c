import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Does several changes in their order, each as if it had come by itself: what waited on a device that was away for long arrives in few
/// requests. It ends behind the first that is refused or fails, because what comes behind may need it.
struct BatchController {
    /// Of a batch.
    static let maximumRequests = 100

    private let responder: BatchResponder

    init(_ responder: BatchResponder) { self.responder = responder }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        let responder = self.responder
        handlers.on(Routes.batch, .post) { request, context in
            let parts = try Self.parts(of: try await RequestBody.read(request, context))
            var json = ByteBuffer(staticString: "{\"responses\":[")
            for (index, part) in parts.enumerated() {
                let response = try await responder.respond(to: part.request(within: request), context: context)
                if index > 0 { json.writeStaticString(",") }
                try await Self.write(response, to: &json)
                if response.status.code >= 400 { break }
            }
            json.writeStaticString("]}")
            return ReadyJSON.response(json)
        }
    }

    private static func write(_ response: Response, to json: inout ByteBuffer) async throws {
        let content = CollectedBody()
        try await response.body.write(content)
        let body = content.bytes.withLock { $0 }
        let seconds = response.headers[.retryAfter].flatMap { Int($0) }
        json.writeString(
            "{\"status\":\(response.status.code),\"retryAfterSeconds\":\(seconds.map { "\($0)" } ?? "null"),\"body\":"
        )
        if body.readableBytes > 0 { json.writeImmutableBuffer(body) } else { json.writeStaticString("null") }
        json.writeStaticString("}")
    }

    // MARK: Requests

    /// One of the changes.
    private struct Part {
        var method: HTTPRequest.Method
        var path: String
        var body: JSONValue

        /// As the client would have sent it, in the name of the same person.
        func request(within whole: Request) throws -> Request {
            var head = HTTPRequest(
                method: self.method,
                scheme: whole.head.scheme,
                authority: whole.head.authority,
                path: self.path
            )
            for name in [HTTPField.Name.authorization, .acceptLanguage] {
                head.headerFields[values: name] = whole.headers[values: name]
            }
            guard self.body != .null else { return Request(head: head, body: .init(buffer: ByteBuffer())) }
            head.headerFields[.contentType] = "application/json"
            return Request(head: head, body: .init(buffer: try JSON.encode(self.body)))
        }
    }

    /// - Throws: `invalid_request` where one is no change that may stand in a batch; then none is done.
    private static func parts(of body: RequestBody) throws(FilmsError) -> [Part] {
        guard case .array(let items) = body.members["requests"], (1...Self.maximumRequests).contains(items.count) else {
            throw FilmsError(.invalidRequest, .batchLength, ["limit": "\(Self.maximumRequests)"])
        }
        var parts: [Part] = []
        for item in items {
            guard case .object(let members) = item, case .text(let name) = members["method"],
                let method = HTTPRequest.Method(name), case .text(let path) = members["path"],
                Self.isPlain(path),
                let route = Routes.table.match(target: path)?.route, route !== Routes.batch,
                route.operation(method)?.access == .change
            else {
                throw FilmsError(.invalidRequest, .batchPart)
            }
            parts.append(Part(method: method, path: path, body: members["body"] ?? .null))
        }
        return parts
    }

    /// Whether it leads to the API by its shortest spelling, in origin form: no other host, no empty or dot segment, no fragment.
    private static func isPlain(_ path: String) -> Bool {
        path.utf8.count <= Self.maximumPath && path.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && path.hasPrefix("/api/") && !path.contains("#") && (try? PercentPath(target: path)) != nil
    }

    /// In bytes.
    private static let maximumPath = 1000
}

/// The whole API, for those parts of it that pass requests on; it is put together after them.
final class BatchResponder: Sendable {
    private let whole = Mutex<RouteResponder<FilmsContext>?>(nil)

    func connect(_ responder: RouteResponder<FilmsContext>) { self.whole.withLock { $0 = responder } }

    func respond(to request: Request, context: FilmsContext) async throws -> Response {
        guard let whole = self.whole.withLock(\.self) else {
            throw FilmsError.defect("The API is not put together.")
        }
        return try await whole.respond(to: request, context: context)
    }
}
