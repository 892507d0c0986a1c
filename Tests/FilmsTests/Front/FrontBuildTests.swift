import NIOCore
import Testing

@testable import Films

@Suite("Files of the page")
struct FrontBuildTests {
    private static let contents: [String: ByteBuffer] = [
        "index.html": ByteBuffer(string: "<script src=\"/front/current/app.js\"></script>"),
        "manifest.webmanifest": ByteBuffer(string: "{\"icons\":[\"/front/current/icon.svg\"]}"),
        "service-worker.js": ByteBuffer(string: "importScripts(\"/build.js\")"),
        "media-client.js": ByteBuffer(string: "export {}"),
        "app.js": ByteBuffer(string: "const path = \"/front/current/app.js\""),
    ]

    @Test("A build has the version in its documents, and in nothing else")
    func version() throws {
        let build = try FrontBuild(contents: Self.contents)
        #expect(FrontBuild.isVersion(build.version))
        #expect(String(buffer: build.page.bytes) == "<script src=\"/front/\(build.version)/app.js\"></script>")
        let manifest = try #require(build.entries["manifest.webmanifest"])
        #expect(String(buffer: manifest.bytes).contains("/front/\(build.version)/icon.svg"))
        #expect(build.files["app.js"]?.bytes == Self.contents["app.js"])
        #expect(Set(build.files.keys) == ["app.js", "media-client.js"])
        let description = try #require(build.entries["build.js"]).bytes
        #expect(
            String(buffer: description)
                == "self.build = {\"files\":[\"/front/\(build.version)/app.js\",\"/front/\(build.version)/media-client.js\"],"
                + "\"version\":\"\(build.version)\"};\n"
        )
    }

    @Test("Any byte and any path makes another version; the same files always the same")
    func digest() throws {
        let version = try FrontBuild(contents: Self.contents).version
        #expect(try FrontBuild(contents: Self.contents).version == version)
        var changed = Self.contents
        changed["app.js"] = ByteBuffer(string: "const path = \"/front/current/app.jS\"")
        var renamed = Self.contents
        renamed["ap.js"] = renamed.removeValue(forKey: "app.js")
        var more = Self.contents
        more["empty.css"] = ByteBuffer()
        let others = try [changed, renamed, more].map { try FrontBuild(contents: $0).version }
        #expect(Set(others + [version]).count == 4)
    }

    @Test("Without one of its documents there is no page", arguments: ["index.html", "service-worker.js"])
    func missing(_ path: String) {
        var contents = Self.contents
        contents[path] = nil
        #expect(throws: FrontError.self) { try FrontBuild(contents: contents) }
    }

    @Test("Text is compressed once, and not where that saves nothing")
    func compressed() throws {
        let text = FrontFile(path: "a.js", bytes: ByteBuffer(string: String(repeating: "const a = 1;\n", count: 500)))
        let compressed = try #require(text.compressed)
        #expect(compressed.readableBytes < 200 && compressed.readableBytesView.prefix(2) == [0x1f, 0x8b])
        #expect(text.tag(isCompressed: true) != text.tag(isCompressed: false))
        #expect(FrontFile(path: "a.js", bytes: ByteBuffer(string: "1")).compressed == nil)
        #expect(FrontFile(path: "a.png", bytes: text.bytes).compressed == nil)
    }

    @Test(
        "Whether a client takes gzip is read as it is meant",
        arguments: [
            ("", false), ("gzip", true), ("GZIP", true), ("br, gzip;q=0.5", true), ("gzip;q=0", false),
            ("gzip; q=0.000, *", false), ("*", true), ("*;q=0", false), ("identity", false), ("*;q=0, gzip", true),
        ]
    )
    func accepted(_ field: String, _ isAccepted: Bool) {
        #expect(Gzip.isAccepted(by: field.isEmpty ? [] : [field]) == isAccepted)
    }

    @Test("The policy names another origin for media, and nothing that is none")
    func policy() {
        #expect(PagePolicy.origin(of: "https://media.example.com:8443/base/") == "https://media.example.com:8443")
        #expect(PagePolicy.origin(of: "HTTP://[::1]:8080") == "http://[::1]:8080")
        for text in [
            "media.example.com", "ftp://a", "https://", "https://a; script-src *", "https://u:p@a/", "https://a'",
        ] {
            #expect(PagePolicy.origin(of: text) == nil, "\(text)")
        }
        #expect(
            PagePolicy(mediaOrigin: "https://m").text
                == "default-src 'self'; img-src 'self' https://m; media-src 'self' https://m; connect-src 'self' https://m; "
                + "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        )
    }
}
