/// Looks at a condition again and again until it holds; false when it does not within the time.
///
/// What tests wait with: for something to become true, never for time to pass.
package func eventually(
    within patience: Duration = .seconds(20),
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + patience
    while try await !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(10))
    }
    return true
}
