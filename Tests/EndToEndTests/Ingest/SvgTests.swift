import FoundationEssentials
import MediaTesting
import Testing

@Suite("An SVG", .daemon(), .serialized, .timeLimit(.minutes(5)))
struct SvgTests {
    static let evil = ##"""
        <?xml version="1.0"?>
        <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
        <svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" onload="fetch('https://x/')">
          <script>alert(document.cookie)</script>
          <foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://x/"/></foreignObject>
          <image href="https://x/tracker.png" width="9" height="9"/>
          <image href="file:///etc/passwd" width="9" height="9"/>
          <rect width="200" height="100" fill="#c00"/>
          <text x="10" y="60" font-family="Helvetica" font-style="italic" font-size="40" fill="#fff">Test</text>
          <text x="10" y="90" font-family="Noto Sans Mono CJK JP" font-size="40" fill="#fff">日本</text>
        </svg>
        """##

    @Test("is stored as nothing but a picture, served without rights, and shown as one")
    func evil() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(Array(Self.evil.utf8), "collection=documents").record()
        #expect(record.type == "image/svg+xml")
        #expect(record.rewritings == ["sanitized"])
        #expect(record.uploadedSha256 == Samples.sha256(Array(Self.evil.utf8)))
        #expect(record.width == 200 && record.height == 100)
        let answer = try await daemon.request("GET", record.url)
        for word in ["script", "onload", "foreignObject", "https://x", "passwd", "DOCTYPE"] {
            #expect(!answer.text.contains(word), "\(answer.text)")
        }
        #expect(answer.text.contains("<rect"))
        let policy = try #require(answer["Content-Security-Policy"])
        #expect(policy.contains("sandbox") && policy.contains("default-src 'none'"))
        #expect(answer["X-Content-Type-Options"] == "nosniff")
        #expect(answer["Content-Disposition"]?.hasPrefix("attachment") == true)
        // Stored again, it is what it is.
        let again = try await daemon.upload(answer.body, "collection=documents").record()
        #expect(again.rewritings == nil && again.sha256 == record.sha256)
    }

    @Test(
        "that is a bomb, or more than a picture, is refused",
        arguments: [
            (
                ##"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>"##,
                "file_damaged"
            ),
            (SvgTests.laughs, "file_damaged"), (SvgTests.uses, "image_too_large"),
            (
                ##"<svg xmlns="http://www.w3.org/2000/svg" width="1000000" height="1000000"><rect width="9" height="9"/></svg>"##,
                "image_too_large"
            ),
            (##"<svg xmlns="http://www.w3.org/2000/svg"><g>"##, "file_damaged"),
        ]
    )
    func refused(_ text: String, _ code: String) async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.upload(Array(text.utf8), "collection=documents")
        try answer.expectProblem(422, code)
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }

    static let laughs: String = {
        var text = "<!DOCTYPE svg [<!ENTITY l0 \"ha\">"
        for level in 1...9 {
            text += "<!ENTITY l\(level) \"" + String(repeating: "&l\(level - 1);", count: 10) + "\">"
        }
        return text + "]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&l9;</text></svg>"
    }()

    static let uses: String = {
        var text =
            ##"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g id="n0"><rect width="9" height="9"/></g>"##
        for level in 1...9 {
            let inner = String(repeating: ##"<use href="#n\##(level - 1)"/>"##, count: 10)
            text += ##"<g id="n\##(level)">\##(inner)</g>"##
        }
        return text + "</svg>"
    }()

    @Test("is rasterised for presets, also one that was laid into the tree unsanitised")
    func renditions() async throws {
        let configuration = Configurations.standard.replacing(
            "  documents:\n",
            with: "  documents:\n    presets: [w64]\n"
        )
        let site = try await DaemonSite(configuration: configuration)
        var daemon = try await site.start()
        let record = try await daemon.upload(Array(Self.evil.utf8), "collection=documents&name=one").record()
        #expect(record.renditions.map(\.width) == [64])
        #expect(record.dominantColor != nil)
        try await Self.expectPicture(record, daemon)
        try await daemon.terminate()
        try Data(Self.evil.utf8).write(to: URL(fileURLWithPath: site.place("documents/two.svg")))
        let imported = try await site.run(["import"])
        #expect(imported.ending == .exited(0), "\(imported.text)\(imported.errors)")
        daemon = try await site.start()
        try await withLog(of: daemon) { [daemon] in
            let laid = try #require(try await daemon.records(in: "documents").first { $0.path == "documents/two.svg" })
            #expect(laid.rewritings == nil)
            try await Self.expectPicture(laid, daemon)
            #expect(try await daemon.terminate() == .exited(0))
        }
        try await site.remove()
    }

    private static func expectPicture(_ record: Record, _ daemon: DaemonProcess) async throws {
        let preset = try #require(record.renditions.first)
        for (accept, type) in [
            ("image/png", "image/png"), ("image/webp,*/*", "image/webp"), ("image/jpeg", "image/jpeg"),
        ] {
            let answer = try await daemon.request("GET", preset.url, [("Accept", accept)])
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer["Content-Type"] == type)
        }
    }
}
