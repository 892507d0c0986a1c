import MediaTesting
import Testing

@Suite("Names of downloads", .daemon(), .timeLimit(.minutes(3)))
struct DownloadNameTests {
    private func disposition(_ target: String) async throws -> String? {
        let answer = try await Daemon.current().request("GET", target)
        #expect(answer.status == 200, "\(target)")
        return answer["Content-Disposition"]
    }

    @Test("H4: in a page a file is called as in the tree, saved as its owner called it")
    func original() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let query = "collection=posters&name=\(name)&filename=My%20holiday.PNG"
        let record = try await daemon.upload(try Samples.jpeg(), query).record()
        #expect(record.originalFilename == "My holiday.PNG")
        #expect(try await disposition(record.url) == "inline; filename=\"\(name).jpg\"")
        // The bytes are a JPEG's, whatever the name said.
        for query in ["&download", "&download=", "&download=1", "&download=true"] {
            let expected = "attachment; filename=\"My holiday.jpg\""
            #expect(try await disposition(record.url + query) == expected, "\(query)")
            #expect(try await disposition("/api\(record.url)\(query)") == expected, "\(query)")
        }
        let nameless = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(uniqueName())").record()
        let treeName = try #require(nameless.path.split(separator: "/").last)
        #expect(try await disposition("\(nameless.url)&download") == "attachment; filename=\"\(treeName)\"")
    }

    @Test("H4: a thumbnail has its own extension")
    func rendition() async throws {
        let daemon = try Daemon.current()
        let query = "collection=posters&name=\(uniqueName())&filename=Poster.jpeg"
        let record = try await daemon.upload(try Samples.jpeg(), query).record()
        for (type, fileExtension) in [("image/webp", "webp"), ("image/jpeg", "jpeg")] {
            let answer = try await daemon.request(
                "GET",
                "\(record.url)&preset=w92&download",
                [("Accept", type)]
            )
            #expect(answer["Content-Type"] == type)
            #expect(answer["Content-Disposition"] == "attachment; filename=\"Poster.\(fileExtension)\"")
        }
        let named = try await daemon.request("GET", "\(record.url)&preset=w92&download=small.gif")
        #expect(named["Content-Disposition"] == "attachment; filename=\"small.jpg\"")
    }

    /// What the address asks for, percent-encoded, and what the field then says.
    static let names: [(String, String)] = [
        ("a.jpg", "filename=\"a.jpg\""), ("IMG_1.JPG", "filename=\"IMG_1.JPG\""), ("a.jpeg", "filename=\"a.jpeg\""),
        ("a", "filename=\"a.jpg\""), ("a.png", "filename=\"a.jpg\""), ("a.", "filename=\"a.jpg\""),
        ("a.%20.", "filename=\"a.jpg\""), (".jpg", "filename=\".jpg.jpg\""), ("v1.2", "filename=\"v1.2.jpg\""),
        // No link turns a picture into a program.
        ("setup.exe", "filename=\"setup.exe.jpg\""), ("setup.bat", "filename=\"setup.bat.jpg\""),
        ("page.html", "filename=\"page.jpg\""), ("a.jpg.exe", "filename=\"a.jpg.exe.jpg\""),
        ("a%E2%80%AEgpj.exe", "filename=\"agpj.exe.jpg\""),
        // Nothing of a path is left, and nothing that ends a quoted string or a line.
        ("../../etc/passwd", "filename=\"passwd.jpg\""), ("C:%5Cdir%5Cx.jpg", "filename=\"x.jpg\""),
        ("x/..", "filename=\"TREE\""), ("a%22b.jpg", "filename=\"a_b.jpg\"; filename*=UTF-8''a%22b.jpg"),
        ("a%0D%0ASet-Cookie:%20x=1.jpg", "filename=\"aSet-Cookie: x=1.jpg\""),
        ("100%25.jpg", "filename=\"100_.jpg\"; filename*=UTF-8''100%25.jpg"),
        ("%C3%A9t%C3%A9.jpg", "filename=\"_t_.jpg\"; filename*=UTF-8''%C3%A9t%C3%A9.jpg"),
        ("a;b='c'.jpg", "filename=\"a;b='c'.jpg\""), ("a+b", "filename=\"a b.jpg\""),
        (
            String(repeating: "n", count: 400),
            "filename=\"\(String(repeating: "n", count: 251)).jpg\""
        ),
    ]

    @Test("H4: a name that the address asks for is made harmless, and its extension is the type's", arguments: names)
    func asked(name: String, expected: String) async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(uniqueName())").record()
        let treeName = try #require(record.path.split(separator: "/").last)
        let value = try #require(try await disposition("/files/\(record.path)?download=\(name)"))
        #expect(value == "attachment; " + expected.replacing("TREE", with: String(treeName)))
        #expect(value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }

    @Test("H4: types, each with its own, in letters that every player knows")
    func types() async throws {
        let daemon = try Daemon.current()
        let cases: [([UInt8], String, String, String)] = [
            (
                Array("WEBVTT\n\n00:01.000 --> 00:02.000\nHello \(uniqueName())\n".utf8), "videos",
                "text/vtt; charset=utf-8", "vtt"
            ),
            (try Samples.video(), "videos", "video/mp4", "mp4"),
            (Samples.text(), "documents", "text/plain; charset=utf-8", "txt"),
            (try Samples.jpeg(), "posters", "image/jpeg", "jpg"),
            (Samples.pdf(), "documents", "application/pdf", "pdf"),
        ]
        for (bytes, collection, type, fileExtension) in cases {
            let record = try await daemon.upload(bytes, "collection=\(collection)").record()
            for fields in [[], [("Range", "bytes=0-1")]] {
                #expect(try await daemon.request("GET", record.url, fields)["Content-Type"] == type)
            }
            let download = try await disposition("\(record.url)&download=x.html")
            #expect(download == "attachment; filename=\"x.\(fileExtension)\"", "\(type)")
        }
    }
}
