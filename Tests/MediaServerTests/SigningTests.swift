import Access
import Credentials
import MediaCore
import Primitives
import Testing

@testable import MediaServer

@Suite("Addresses to be signed")
struct SigningTests {
    private static let now = Timestamp(seconds: 1_800_000_010, nanoseconds: 0)

    private static func mint(secrets: [String] = ["0123456789abcdef"]) -> AddressMint {
        AddressMint(
            signer: AddressSigner(secrets: secrets),
            rules: .init(standardLifetime: .seconds(60), maximumLifetime: .seconds(600), bucket: .seconds(100)),
            clock: { Self.now }
        )
    }

    @Test(
        "have the spelling in which clients send them",
        arguments: [
            ("/files/documents/1.pdf", "/files/documents/1.pdf"),
            ("/api/files/documents/1.pdf", "/api/files/documents/1.pdf"),
            ("/files/documents/été à Paris.pdf", "/files/documents/%C3%A9t%C3%A9%20%C3%A0%20Paris.pdf"),
            ("/files/documents/%31.pdf", "/files/documents/1.pdf"),
            ("/files/a/1.jpg?preset=w342&v=2", "/files/a/1.jpg?preset=w342&v=2"),
            ("/files/a/1.jpg?download=mein Bild", "/files/a/1.jpg?download=mein%20Bild"),
            ("/files/a/1.jpg?expires=3&w=4&signature=5", "/files/a/1.jpg?w=4"),
            ("/files/a/1.jpg?", "/files/a/1.jpg"),
            ("https://h.example:8443/files/a/1.jpg#t=3", "/files/a/1.jpg"),
        ]
    )
    func spelling(text: String, target: String) throws {
        let address = try SignableAddress(text)
        #expect(address.target == target)
        let signed = try Self.mint().sign(address, until: Self.now)
        let expected = try #require(AddressSigner(secrets: ["0123456789abcdef"]).sign(target, until: Self.now))
        #expect(signed.contains(expected))
        #expect(signed.hasPrefix("https://h.example:8443/") == text.hasPrefix("https:"))
        #expect(signed.hasSuffix("#t=3") == text.hasSuffix("#t=3"))
        // Whoever has an old one gets a new one for it.
        #expect(try Self.mint().sign(try SignableAddress(signed), until: Self.now) == signed)
    }

    @Test(
        "are of files here, and of nothing else",
        arguments: [
            "", "/", "/files", "/files/", "/files/documents", "/files/documents/", "/files/documents/1.pdf/",
            "/api/media",
            "/api/media/1", "/filesx/a/1", "/FILES/a/1", "//files/a/1", "/files//a/1", "/files/a/../b/1",
            "/files/a/%2e%2e/1",
            "/files/a/%2f1", "files/a/1", "ftp://h/files/a/1", "http:///files/a/1", "/files/a/1?x=%zz", "/files/a/%00",
            "http://user@h/files/a/1", "javascript:/files/a/1",
        ]
    )
    func refused(text: String) {
        #expect(throws: MediaError.self) { try SignableAddress(text) }
    }

    @Test("may mean two files: the one that something is made from, and one of the whole path")
    func files() throws {
        #expect(try SignableAddress("/files/videos/a.mp4").files == [FileReference(collection: "videos", name: "a")])
        #expect(
            try SignableAddress("/files/videos/a.mp4/hls/index.m3u8").files == [
                FileReference(collection: "videos", name: "a"),
                FileReference(MediaPath(trusted: "videos/a.mp4/hls/index.m3u8")),
            ]
        )
    }

    @Test("end at the end of a bucket, within the longest time")
    func expiry() throws {
        let mint = Self.mint()
        #expect(try mint.expiry(lifetime: nil).seconds == 1_800_000_100)
        #expect(try mint.expiry(lifetime: .seconds(90)).seconds == 1_800_000_100)
        #expect(try mint.expiry(lifetime: .seconds(91)).seconds == 1_800_000_200)
        #expect(try mint.expiry(lifetime: .seconds(600)).seconds == 1_800_000_700)
        for wrong in [Duration.zero, .seconds(-1), .seconds(601)] {
            #expect(throws: MediaError.self) { try mint.expiry(lifetime: wrong) }
        }
    }

    @Test(
        "are asked for by a list; what is wrong is named",
        arguments: [
            ("", "JSON object"), ("[]", "JSON object"), ("{}", "urls"), (#"{"urls": "/files/a/1"}"#, "urls"),
            (#"{"urls": []}"#, "urls"), (#"{"urls": ["a", 3]}"#, "urls[1]"), (#"{"urls": [null]}"#, "urls[0]"),
            (#"{"urls": ["a"], "expiresIn": "3"}"#, "expiresIn"), (#"{"urls": ["a"], "expiresIn": 1.5}"#, "expiresIn"),
            (#"{"urls": ["a"], "expiresIn": 1e300}"#, "expiresIn"),
        ]
    )
    func request(json: String, named: String) {
        let error = #expect(throws: MediaError.self) { try SigningRequest(json: Array(json.utf8)) }
        #expect(error?.code == .invalidRequest && error?.message.contains(named) == true, "\(error?.message ?? "")")
    }

    @Test("are asked for by a list with members that nobody knows, deep ones too")
    func unknownMembers() throws {
        let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        let request = try SigningRequest(json: Array(#"{"x": \#(deep), "urls": ["a"], "expiresIn": 3}"#.utf8))
        #expect(request.urls == ["a"] && request.expiresIn == 3)
        let bottomless = String(repeating: "[", count: 100_000)
        #expect(throws: MediaError.self) { try SigningRequest(json: Array(#"{"urls": \#(bottomless)"#.utf8)) }
        let many = "{\"urls\": [\((0...1000).map { "\"\($0)\"" }.joined(separator: ","))]}"
        #expect(throws: MediaError.self) { try SigningRequest(json: Array(many.utf8)) }
    }

    @Test("in playlists take the places of those that were there")
    func playlists() {
        let playlist = """
            #EXTM3U
            #EXT-X-MAP:URI="main-init.mp4?v=1"
            #EXT-X-MEDIA:TYPE=AUDIO,NAME="2",URI="a.m3u8?v=1",DEFAULT=NO
            #EXTINF:2,

            main-0.m4s?v=1
            #EXT-X-ENDLIST

            """
        let replaced = PlaylistAddresses.replacing(in: playlist) { "<\($0)>" }
        #expect(
            PlaylistAddresses.addresses(in: replaced) == ["<main-init.mp4?v=1>", "<a.m3u8?v=1>", "<main-0.m4s?v=1>"]
        )
        let back = replaced.replacing("<", with: "").replacing(">", with: "")
        #expect(back == playlist)
    }
}
