import NIOCore
import NIOHTTP1

extension MediaClient {
    /// Whether mediad responds at all, within two seconds.
    package func isReady() async -> Bool {
        guard let response = try? await self.send(.GET, "/healthz", timeout: .seconds(2)) else { return false }
        return response.status == 200
    }
}
