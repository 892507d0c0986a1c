import MediaTesting
import Testing

extension ThrowawayCluster {
    /// Stops the server and removes its directory, in a few attempts: other test processes sweep at the same time.
    func retire() async throws {
        let isGone = try await eventually(within: .seconds(10)) {
            do {
                try await remove()
                return true
            } catch {
                return false
            }
        }
        #expect(isGone, "\(directory) cannot be removed")
    }
}
