import NIOCore
import NIOHTTP1

/// Whether mediad can be used.
package enum MediaReadiness: String, Hashable, Sendable {
    case ok
    /// It does not respond, or not in time, or cannot do its work.
    case unavailable
    /// It responds, and does not take the key: nothing that needs one will succeed.
    case refused
}

extension MediaClient {
    /// Asks what is asked for all the time, so that the key is tried, too. Within two seconds.
    package func readiness() async -> MediaReadiness {
        let target = "/api/changes?since=now&limit=1"
        guard let response = try? await self.send(.GET, target, timeout: .seconds(2)) else { return .unavailable }
        switch response.status {
        case 200: return .ok
        case 401, 403: return .refused
        default: return .unavailable
        }
    }
}
