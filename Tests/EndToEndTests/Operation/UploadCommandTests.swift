import MediaTesting
import Testing

@Suite("mediad upload that is cut off", .serialized, .timeLimit(.minutes(5)))
struct UploadCommandTests {
    @Test("killed and run again, it goes on where it was")
    func killed() async throws {
        try await UploadScene.with { scene in
            let bytes = try Samples.video(padding: 12 * megabyte)
            let arguments = [try scene.file(bytes), "--collection", "videos"]
            let command = try await scene.start(arguments, passing: 6 * megabyte)
            await command.kill9()
            let upload = try scene.upload()
            scene.relay.cut()
            scene.relay.pass()
            let before = scene.relay.passed
            let outcome = try await scene.run(arguments)
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(try await scene.published(outcome.lines.first) == bytes)
            // What had arrived was not sent again: all but the six megabytes, less a little for the heads of requests.
            #expect(scene.relay.passed - before < bytes.count - 5 * megabyte)
            let status = try JSONValue(parsing: try await scene.daemon.request("GET", upload).body)
            #expect(status["state"]?.string == "complete")
            #expect(scene.notes.isEmpty)
        }
    }

    @Test("killed and run again, it does not send again what was complete, unless that is gone")
    func completeBefore() async throws {
        try await UploadScene.with { scene in
            let films = try (0..<3).map { try Samples.video(padding: ($0 + 1) * megabyte) }
            let paths = try films.enumerated().map { try scene.file($1, "\($0).mp4") }
            let arguments = paths + ["--collection", "videos", "--parallel", "1"]
            let first = films[0].count + films[1].count
            let command = try await scene.start(arguments, passing: first + megabyte)
            func printed() -> [String] {
                String(decoding: command.standardOutput, as: UTF8.self).split(separator: "\n").map(String.init)
            }
            #expect(try await eventually { printed().count == 2 })
            let lines = printed()
            try #require(lines.count == 2)
            await command.kill9()
            #expect(scene.notes.count == 3)
            scene.relay.cut()
            scene.relay.pass()
            let gone = try #require(try await scene.daemon.records(in: "videos").first { lines[1].hasSuffix($0.url) })
            #expect(try await scene.daemon.request("DELETE", "/api/media/\(gone.id)").status == 204)
            let before = scene.relay.passed
            let outcome = try await scene.run(arguments)
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(outcome.lines.first == lines.first)
            #expect(outcome.lines.count == 3)
            for (line, bytes) in zip(outcome.lines, films) { #expect(try await scene.published(line) == bytes) }
            #expect(scene.relay.passed - before < films[1].count + films[2].count)
            #expect(try await scene.daemon.records(in: "videos").count == 3)
            #expect(scene.notes.isEmpty)
        }
    }

    @Test("cut off, and with the daemon killed and started again, it goes on by itself")
    func daemonKilled() async throws {
        try await UploadScene.with { scene in
            let bytes = try Samples.video(padding: 12 * megabyte)
            let arguments = [try scene.file(bytes), "--collection", "videos"]
            let command = try await scene.start(arguments, passing: 3 * megabyte)
            let upload = try scene.upload()
            scene.relay.stall(after: 3 * megabyte)
            scene.relay.cut()
            #expect(try await eventually { command.standardError.contains("trying again") })
            #expect(try await eventually { scene.relay.passed >= 6 * megabyte })
            await scene.daemon.kill9()
            let second = try await scene.site.start()
            scene.relay.lead(to: second.port)
            scene.relay.cut()
            scene.relay.pass()
            let ending = await command.waitForExit(atMost: .seconds(60))
            #expect(ending == .exited(0), "\(command.standardError)\(second.lastWords)")
            let line = String(decoding: command.standardOutput, as: UTF8.self).split(separator: "\n").first
            let path = "/" + (try #require(line)).split(separator: "/").dropFirst(2).joined(separator: "/")
            #expect(try await second.request("GET", path).body == bytes)
            // The first connection's three, the second's three, the rest, a little for heads, and what the kill may have cost.
            #expect(scene.relay.passed < bytes.count + 4 * megabyte)
            let status = try JSONValue(parsing: try await second.request("GET", upload).body)
            #expect(status["state"]?.string == "complete")
            #expect(scene.notes.isEmpty)
            #expect(try await second.terminate() == .exited(0))
            await second.kill9()
        }
    }

    @Test("of an upload that the daemon ended begins anew")
    func gone() async throws {
        try await UploadScene.with { scene in
            let bytes = try Samples.video(padding: 4 * megabyte)
            let arguments = [try scene.file(bytes), "--collection", "videos"]
            let command = try await scene.start(arguments, passing: 2 * megabyte)
            await command.kill9()
            scene.relay.cut()
            scene.relay.pass()
            let ended = try await scene.daemon.request("DELETE", try scene.upload(), [("Tus-Resumable", "1.0.0")])
            #expect(ended.status == 204)
            let outcome = try await scene.run(arguments)
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(try await scene.published(outcome.lines.first) == bytes)
            #expect(scene.notes.isEmpty)
        }
    }

    @Test("refused for a name that is taken, it goes on without sending again once the name is free")
    func nameTaken() async throws {
        try await UploadScene.with { scene in
            let first = try await scene.daemon.upload(try Samples.video(), "collection=videos&name=trailer").record()
            let bytes = try Samples.video(padding: 4 * megabyte)
            let arguments = [try scene.file(bytes), "--collection", "videos", "--name", "trailer"]
            let refused = try await scene.run(arguments)
            #expect(refused.ending == .exited(2))
            #expect(refused.errors.contains("(409)") && refused.errors.contains("tries again"), "\(refused.errors)")
            #expect(try await scene.daemon.request("DELETE", "/api/media/\(first.id)").status == 204)
            let before = scene.relay.passed
            let again = try await scene.run(arguments)
            #expect(again.ending == .exited(0), "\(again.errors)")
            #expect(try await scene.published(again.lines.first) == bytes)
            #expect(scene.relay.passed - before < 100_000)
            #expect(scene.notes.isEmpty)
        }
    }
}
