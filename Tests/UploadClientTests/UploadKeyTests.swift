import Testing

@testable import UploadClient

@Suite("What is the same upload")
struct UploadKeyTests {
    private let target = UploadTarget(server: "http://localhost:8080", collection: "videos")

    private func key(
        realPath: String = "/a/b.mp4",
        size: Int64 = 100,
        nanoseconds: Int = 5,
        _ target: UploadTarget? = nil
    ) -> String {
        UploadKey(
            realPath: realPath,
            size: size,
            changed: .init(seconds: 1_700_000_000, nanoseconds: nanoseconds),
            target: target ?? self.target
        ).text
    }

    @Test("The name is 64 hex digits and the same in every run")
    func stable() {
        #expect(key() == key())
        // Of "21:http://localhost:80808:/a/b.mp43:10012:1700000000.56:videos4:keep", by sha256sum(1): a file that another version
        // of the command wrote is found again.
        #expect(key() == "fd32f1f68e36803e9bde881d9bda45be70a5b616469498c7fb60c649c1c14187")
    }

    @Test("Server, path, size, time, collection, name and replacing make another upload each")
    func different() {
        var targets = [target, target, target, target, target]
        targets[0].server = "http://localhost:8081"
        targets[1].collection = "posters"
        targets[2].name = ""
        targets[3].name = "x"
        targets[4].replace = true
        var keys = [
            key(), key(realPath: "/a/b.mp"), key(realPath: "/a/b.mp41", size: 0), key(size: 101), key(nanoseconds: 6),
        ]
        keys += targets.map { key($0) }
        #expect(Set(keys).count == keys.count)
    }

    @Test("Where one field ends and the next begins makes a difference")
    func boundaries() {
        let one = UploadTarget(server: "s", collection: "ab", name: "c")
        let other = UploadTarget(server: "s", collection: "a", name: "bc")
        #expect(key(one) != key(other))
    }

    @Test("A slash at the end of the server's address makes no difference")
    func slash() {
        let other = UploadTarget(server: "http://localhost:8080//", collection: "videos")
        #expect(key(other) == key())
        #expect(other.endpoint == "http://localhost:8080/api/uploads")
    }

    @Test("Metadata are keys with Base64 values, only those that were given")
    func metadata() {
        #expect(target.metadata(filename: "é, b.mp4") == "filename w6ksIGIubXA0,collection dmlkZW9z")
        #expect(target.metadata(filename: "a\n\u{1B}\u{85}b") == target.metadata(filename: "a___b"))
        let full = UploadTarget(server: "s", collection: "videos", name: "trailers/1", replace: true)
        #expect(
            full.metadata(filename: "a") == "filename YQ==,collection dmlkZW9z,name dHJhaWxlcnMvMQ==,replace dHJ1ZQ=="
        )
    }

    @Test(
        "Locations are absolute, or relative to where uploads are made",
        arguments: [
            ("http://localhost:8080/api/uploads/1", "http://localhost:8080/api/uploads/1"),
            ("https://media.example/up/1", "https://media.example/up/1"),
            ("/api/uploads/1", "http://localhost:8080/api/uploads/1"),
            ("uploads/1", "http://localhost:8080/api/uploads/1"),
            ("file:///etc/passwd", nil), ("javascript:1", nil), ("http://", nil),
        ] as [(String, String?)]
    )
    func location(_ location: String, _ address: String?) {
        #expect(target.resolve(location) == address)
    }
}
