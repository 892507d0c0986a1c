import MediaTesting
import Testing

/// What others change is seen within a second: another daemon, and anybody with psql.
@Suite("A change that others make", .daemon(), .serialized, .timeLimit(.minutes(3)))
struct HeardChangeTests {
    @Test("I5: a row deleted with SQL is a file that is not served any more", arguments: Route.allCases)
    func deletedRow(route: Route) async throws {
        let daemon = try Daemon.current()
        try await expectSoon(within: .seconds(1)) {
            let sample = try await ServedSample.text(daemon)
            try await sample.warm()
            sample.expectWhole(try await sample.request(by: route))
            try await Self.execute("SELECT media.delete('\(sample.record.id)')", daemon)
            return try await Self.time { try await sample.request(by: route).status == 404 }
        }
    }

    @Test("I5: a row changed with SQL is served as it says", arguments: Route.allCases)
    func changedRow(route: Route) async throws {
        let daemon = try Daemon.current()
        try await expectSoon(within: .seconds(1)) {
            let sample = try await ServedSample.text(daemon)
            try await sample.warm()
            #expect(try await sample.request(by: route)["Content-Type"]?.hasPrefix("text/plain") == true)
            let change = "UPDATE media.files SET type = 'text/csv' WHERE id = '\(sample.record.id)'"
            try await Self.execute(change, daemon)
            return try await Self.time {
                let answer = try await sample.request(by: route)
                #expect(answer.status == 200 && answer.body == sample.bytes)
                return answer["Content-Type"]?.hasPrefix("text/csv") == true
            }
        }
    }

    @Test("I5: a table emptied with SQL is an empty tree")
    func truncated() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let record = try await daemon.upload(Samples.text(), "collection=documents").record()
            for _ in 0..<3 { #expect(try await daemon.request("GET", record.url).status == 200) }
            try await Self.execute(
                "SELECT set_config('media.deleting', 'yes', true); TRUNCATE media.files CASCADE",
                daemon
            )
            _ = try await Self.time { try await daemon.request("GET", record.url).status == 404 }
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("I5: what a second daemon replaces and deletes is seen by the first", arguments: Route.allCases)
    func secondDaemon(route: Route) async throws {
        let first = try Daemon.current()
        let second = try await first.site.start()
        try await withLog(of: second) {
            try await expectSoon(within: .seconds(1)) {
                let query = "collection=documents&replace=true&name=\(uniqueName())"
                let old = try await ServedSample(Samples.text(), query, first)
                try await old.warm()
                old.expectWhole(try await old.request(by: route))
                let new = try await ServedSample(Samples.text("Another one."), query, second)
                let replaced = try await Self.time {
                    let answer = try await new.request(by: route)
                    // The one or the other, never both.
                    if answer["ETag"] == old.tag { old.expectWhole(answer) } else { new.expectWhole(answer) }
                    return answer["ETag"] == new.tag
                }
                try await new.warm()
                #expect(try await second.request("DELETE", "/api/media/\(new.record.id)").status == 204)
                let deleted = try await Self.time { try await new.request(by: route).status == 404 }
                return max(replaced, deleted)
            }
            #expect(try await second.terminate() == .exited(0))
        }
        await second.kill9()
    }

    /// Runs SQL past the daemon, as whoever owns the database.
    private static func execute(_ sql: String, _ daemon: DaemonProcess) async throws {
        let url = try #require(daemon.site.databaseURL)
        let arguments = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql]
        let outcome = try await ChildProcess.run(.init("psql", arguments))
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
    }

    /// How long it takes until a condition holds; fails the test when it never does.
    private static func time(_ condition: () async throws -> Bool) async throws -> Duration {
        let start = ContinuousClock.now
        #expect(try await eventually(within: .seconds(10), condition))
        // Clock: rule I5 promises a second.
        return ContinuousClock.now - start
    }
}
