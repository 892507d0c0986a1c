import MediaTesting
import Testing

@Suite(
    "Which types the default collections take",
    .daemon(configuration: Configurations.defaultTypes),
    .timeLimit(.minutes(3))
)
struct TypeAdmissionTests {
    @Test(
        "letters, lists and notes are taken as text/plain",
        arguments: [
            "Dear Anna,\nthank you, it was fun.\nBest wishes, Bob\n", "Article 1\nAll people are free.\n",
            "P1 call the bank\nP2 buy milk\n", "We include:\n#include everything\n", "<Anna> I <3 you\n<Bob> hi\n", "a",
            "name,age\nAnna,30\n", "#!/bin/sh\necho hello\n",
        ]
    )
    func texts(text: String) async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(Array(text.utf8), "collection=documents&name=\(uniqueName())").record()
        #expect(record.path.hasSuffix(".txt"))
        let answer = try await daemon.request("GET", record.url)
        #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
    }

    @Test("a text that is not UTF-8 is sent without a charset")
    func legacy() async throws {
        let daemon = try Daemon.current()
        let bytes = Array("Gr".utf8) + [0xFC, 0xDF] + Array("e\n".utf8)
        let record = try await daemon.upload(bytes, "collection=documents&name=\(uniqueName())").record()
        #expect(try await daemon.request("GET", record.url)["Content-Type"] == "text/plain")
        #expect(try await daemon.request("GET", "/files/\(record.path)")["Content-Type"] == "text/plain")
    }

    @Test(
        "what runs in a browser, or is proven to be something else, is no text/plain",
        arguments: ["<html><p>x", "hello <script>alert(1)</script>", "<svg/>", "<?php echo 1;", "{\"a\": 1}"]
    )
    func refused(text: String) async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.upload(Array(text.utf8), "collection=documents&name=\(uniqueName())")
        #expect(answer.status == 415)
    }

    @Test(
        "videos takes SubRip however it begins",
        arguments: [
            "\n\n1\n00:00:01,000 --> 00:00:02,000\nx\n", "0\n00:00:01,000 --> 00:00:02,000\nx\n",
            "1\n0:00:01.5 --> 0:00:02.50\nx\n",
        ]
    )
    func subtitles(text: String) async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(Array(text.utf8), "collection=videos&name=\(uniqueName())").record()
        #expect(record.path.hasSuffix(".srt"))
    }
}

extension Configurations {
    /// What a collection takes that says nothing of types.
    fileprivate static let defaultTypes = standard.replacing(
        "    types: [application/pdf, text/plain, text/html, image/svg+xml]\n",
        with: ""
    )
}
