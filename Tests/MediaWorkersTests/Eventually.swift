/// Waits until `condition` holds; at most `limit`.
func eventually(within limit: Duration = .seconds(10), _ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + limit
    while try !condition() {
        guard ContinuousClock.now < deadline else { throw TestFailure("the condition did not hold within \(limit)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
