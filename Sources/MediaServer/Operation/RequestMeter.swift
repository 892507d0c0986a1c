import HTTPTypes
import Hummingbird
import Synchronization

/// Counts what the router answers; what is answered from memory is counted by each ``EventLoopFileCache``.
final class RequestMeter: Sendable {
    private let counts = Mutex<[Key: Int]>([:])

    struct Key: Hashable, Sendable {
        /// The method, or `other`: what clients make up would make rows without end.
        var method: String
        var status: Int
    }

    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]

    func count(method: HTTPRequest.Method, status: HTTPResponse.Status) {
        let key = Key(
            method: Self.methods.contains(method.rawValue) ? method.rawValue : "other",
            status: status.code
        )
        self.counts.withLock { $0[key, default: 0] += 1 }
    }

    var all: [Key: Int] { self.counts.withLock { $0 } }
}
