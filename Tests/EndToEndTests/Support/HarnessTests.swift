import FoundationEssentials
import Glibc
import MediaTesting
import Testing

/// The tools of these tests are tools that can fail, too.
@Suite("The harness", .timeLimit(.minutes(1)))
struct HarnessTests {
    @Test("gives a child its input, environment and directory, and nothing else")
    func childProcess() async throws {
        let script = "cat; echo $GIVEN:$HOME:$PWD; echo problem >&2; exit 7"
        let outcome = try await ChildProcess.run(
            .init("sh", ["-c", script], environment: ["GIVEN": "é"], directory: "/tmp", input: Array("in ".utf8))
        )
        #expect(outcome.ending == .exited(7))
        #expect(outcome.text == "in é:/nonexistent:/tmp\n")
        #expect(outcome.errors == "problem\n")
        #expect(try await ChildProcess.run(.init("nonexistent-program")).ending == .exited(127))
    }

    @Test("kills a child that takes too long, and knows what killed it")
    func patience() async throws {
        await #expect(throws: ProcessFailure.self) {
            try await ChildProcess.run(.init("sleep", ["100"]), within: .milliseconds(200))
        }
        let child = try await ChildProcess.start(.init("sleep", ["100"]))
        #expect(child.ending == nil)
        child.send(signal: SIGTERM)
        #expect(await child.waitForExit(atMost: .seconds(10)) == .signalled(SIGTERM))
        // The process id may be somebody else's by now.
        child.send(signal: SIGKILL)
    }

    @Test("makes pictures and videos that ffprobe takes for such")
    func samples() async throws {
        for (bytes, codec) in [
            (Samples.png(), "png"), (try Samples.jpeg(padding: 70_000), "mjpeg"), (try Samples.video(), "h264"),
        ] {
            let path = "/tmp/\(uniqueName("mediad-test"))"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let arguments = ["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", path]
            let outcome = try await ChildProcess.run(.init("ffprobe", arguments))
            unlink(path)
            #expect(outcome.lines.contains(codec), "\(outcome.text)\(outcome.errors)")
            #expect(outcome.errors.isEmpty)
        }
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Samples.sha256(Array("abc".utf8)) == abc)
    }

    @Test("fails to connect where nobody listens")
    func nobody() async throws {
        await #expect(throws: HTTPProbeError.self) { try await HTTPProbe.connect(port: 1) }
    }
}
