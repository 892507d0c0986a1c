import MediaCore
import Testing

@Suite("Names and paths")
struct NameTests {
    @Test(
        "Bad names are refused as invalid_name",
        arguments: [
            "", "/", "a/", "/a", "a//b", ".", "..", "a/..", "../a", "a/../b", "a/./b", ".htaccess", "a/.b", "...",
            "%2e%2e", "a/%2E%2e/b", "%2e%2e%2fetc", "50%25", "%00", "a\0b", "\0", "a\nb", "a\r\nb", "a\tb", "\u{7F}",
            "\u{1B}[31m",
            "a\u{85}b", "a\\b", "\\", "..\\..\\x", " a", "a ", "a/ b", "a ./b", "a.", "a../b", "\u{A0}a", "a\u{3000}",
            "x.jpg.", ".jpg",
            // Names that look like others, or turn the line around.
            "a\u{202E}gpj.exe", "a\u{200B}b", "a\u{200D}b", "a\u{FEFF}b", "\u{2066}a", "a\u{AD}b", "a\u{2028}b",
            "a\u{2029}b",
            "a\u{E000}b", "a\u{FFFF}b", "a\u{10FFFF}", "a\u{378}b",
        ]
    )
    func refused(_ text: String) {
        #expect(Self.code { () throws(MediaError) in _ = try MediaName(validating: text) } == .invalidName)
    }

    /// A mark that joins the character before it makes Swift's `Character` another one, but the kernel sees bytes: a slash
    /// stays a slash, and a leading dot a leading dot.
    @Test(
        "Combining marks do not hide a slash, a dot or a backslash",
        arguments: [
            "/\u{301}", "a/\u{301}b", "a/\u{20DD}b", "a/\u{1F3FB}", ".\u{301}htaccess", "a/.\u{308}b", "a\\\u{301}b",
            "\u{301}", "a/\u{FE0F}",
        ]
    )
    func combining(_ text: String) {
        #expect(Self.code { () throws(MediaError) in _ = try MediaName(validating: text) } == .invalidName)
        let segments = ["posters"] + text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        #expect(Self.code { () throws(MediaError) in _ = try MediaPath(validating: segments) } == .invalidName)
        #expect(Self.code { () throws(MediaError) in _ = try MediaPath(validating: "posters/" + text) } == .invalidName)
    }

    @Test("Bytes that are not UTF-8 become replacement characters, not other names")
    func repaired() throws {
        let surrogate = String(decoding: [0x61, 0xED, 0xA0, 0x80] as [UInt8], as: UTF8.self)
        let name = try MediaName(validating: surrogate)
        #expect(name.text.unicodeScalars.contains("\u{FFFD}"))
    }

    @Test(
        "Good names are kept, extensions that the table knows are dropped",
        arguments: [
            ("1", "1"), ("user123", "user123"), ("trailers/movie1", "trailers/movie1"), ("movie1.mp4", "movie1"),
            ("a/b.JPEG", "a/b"), ("a.b", "a.b"), ("v1.2", "v1.2"), ("report.final.pdf", "report.final"),
            ("a.jpg/b", "a.jpg/b"),
            ("archive.tar.gz", "archive.tar"), ("50%", "50%"), ("100%x", "100%x"), ("ünï", "ünï"),
            ("名前/映画", "名前/映画"),
            ("a b", "a b"), ("-", "-"), ("~", "~"), ("a:b", "a:b"), ("CON", "CON"), ("\u{1F600}", "\u{1F600}"),
        ]
    )
    func kept(_ input: String, _ expected: String) throws {
        let name = try MediaName(validating: input)
        #expect(Array(name.text.utf8) == Array(expected.utf8))
    }

    @Test("NFD and NFC are one name, byte for byte")
    func normalization() throws {
        let composed = try MediaName(validating: "caf\u{E9}")
        let decomposed = try MediaName(validating: "cafe\u{301}")
        #expect(Array(composed.text.utf8) == Array(decomposed.text.utf8))
        #expect(composed == decomposed)
    }

    @Test("200 bytes of a part pass, 201 do not; 8 levels pass, 9 do not; 512 bytes pass, 513 do not")
    func lengths() throws {
        let longest = String(repeating: "a", count: 200)
        #expect(try MediaName(validating: longest).text == longest)
        #expect(Self.code { () throws(MediaError) in _ = try MediaName(validating: longest + "a") } == .invalidName)
        #expect(
            Self.code { () throws(MediaError) in _ = try MediaName(validating: String(repeating: "é", count: 101)) }
                == .invalidName
        )
        let levels = Array(repeating: "a", count: 8).joined(separator: "/")
        #expect(try MediaName(validating: levels).text == levels)
        #expect(Self.code { () throws(MediaError) in _ = try MediaName(validating: levels + "/a") } == .invalidName)
        #expect(
            Self.code { () throws(MediaError) in
                _ = try MediaName(validating: Array(repeating: "a", count: 50).joined(separator: "/"))
            } == .invalidName
        )
        let total = Array(repeating: String(repeating: "b", count: 170), count: 3).joined(separator: "/")
        #expect(total.utf8.count == 512)
        #expect(try MediaName(validating: total).text == total)
        #expect(Self.code { () throws(MediaError) in _ = try MediaName(validating: total + "b") } == .invalidName)
        #expect(
            Self.code { () throws(MediaError) in _ = try MediaName(validating: String(repeating: "x", count: 300)) }
                == .invalidName
        )
    }

    @Test("The path of every legal name is itself a legal path: what was stored can be fetched and walked")
    func longestPath() throws {
        for name in [String(repeating: "a", count: 200), Array(repeating: "a", count: 8).joined(separator: "/")] {
            let path = MediaPath(collection: "posters", name: try MediaName(validating: name), type: .jpeg)
            #expect(try MediaPath(validating: path.text) == path)
            #expect(try MediaPath(validating: path.segments) == path)
        }
        let tooLong = "posters/" + String(repeating: "a", count: 256)
        #expect(Self.code { () throws(MediaError) in _ = try MediaPath(validating: tooLong) } == .invalidName)
    }

    static func code(_ body: () throws(MediaError) -> Void) -> MediaError.Code? {
        do {
            try body()
            return nil
        } catch {
            return error.code
        }
    }
}

@Suite("Paths")
struct PathTests {
    @Test("A path comes apart into collection, folder and file name")
    func parts() throws {
        let path = try MediaPath(validating: "videos/trailers/movie1.mp4")
        #expect(path.collection == "videos")
        #expect(path.folder == "videos/trailers")
        #expect(path.fileName == "movie1.mp4")
        #expect(path.segments == ["videos", "trailers", "movie1.mp4"])
        #expect(try MediaPath(validating: "/files/posters/1.jpg").text == "posters/1.jpg")
    }

    @Test(
        "Paths with fewer than two or more than nine parts, or bad parts, are refused",
        arguments: [
            "", "posters", "/posters/1.jpg", "posters/", "/files/", "/files/posters", "posters/../1.jpg",
            "posters//1.jpg",
            "/files//files/posters/1.jpg", "a/b/c/d/e/f/g/h/i/j", "posters/.1.jpg", "posters/%2e%2e", "posters/a\0",
            "posters/\\",
        ]
    )
    func refused(_ text: String) {
        #expect(NameTests.code { () throws(MediaError) in _ = try MediaPath(validating: text) } == .invalidName)
    }

    @Test("The extension follows the type, whatever the name says")
    func extensionFollowsType() throws {
        let name = try MediaName(validating: "evil.php")
        #expect(MediaPath(collection: "posters", name: name, type: .jpeg).text == "posters/evil.php.jpg")
        #expect(
            MediaPath(collection: "documents", name: name, type: MediaType("application/x-odd")).text
                == "documents/evil.php.bin"
        )
    }
}
