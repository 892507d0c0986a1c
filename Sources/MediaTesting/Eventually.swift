/// Looks at a condition again and again until it holds; false when it does not within the time.
///
/// What tests wait with: for something to become true, never for time to pass.
///
///     #expect(try await eventually { site.filesInStaging.isEmpty })
///
/// - Parameter interval: the pause between two looks; longer where looking costs much.
package func eventually(
    within patience: Duration = .seconds(20),
    every interval: Duration = .milliseconds(10),
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + patience
    while try await !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: interval)
    }
    return true
}

/// Like ``eventually(within:every:_:)``, for a condition without which the rest of a test makes no sense.
///
///     try await requireEventually { pool.status.idleWorkers == 2 }
///
/// - Throws: ``ConditionFailure`` with the place of the call when the condition does not come true in time.
package func requireEventually(
    within patience: Duration = .seconds(20),
    every interval: Duration = .milliseconds(10),
    fileID: String = #fileID,
    line: Int = #line,
    _ condition: () async throws -> Bool
) async throws {
    guard try await !eventually(within: patience, every: interval, condition) else { return }
    throw ConditionFailure(description: "\(fileID):\(line): the condition did not come true within \(patience)")
}

/// A condition of a test that did not come true in time.
package struct ConditionFailure: Error, CustomStringConvertible {
    /// Where the test waited, and for how long.
    package let description: String
}
