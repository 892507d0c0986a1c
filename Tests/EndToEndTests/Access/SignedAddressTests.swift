import FoundationEssentials
import MediaTesting
import Testing

@Suite("Signed addresses", .daemon(configuration: GuardedSite.configuration), .timeLimit(.minutes(3)))
struct SignedAddressTests {
    private static func code(_ response: ProbeResponse) -> String {
        struct Problem: Decodable { var code: String }
        return (try? JSONDecoder().decode(Problem.self, from: Data(response.body)))?.code ?? ""
    }

    @Test("open a private file to whoever has them, and nothing else does")
    func open() async throws {
        let site = try await GuardedSite.current()
        let png = Samples.png()
        let record = try await site.upload(png, to: "posters")
        let address = try await site.signed(record.url)
        for target in [record.url, "/files/\(record.path)", "/api/files/\(record.path)"] {
            let refused = try await site.daemon.request("GET", target)
            #expect(refused.status == 401 && refused["Cache-Control"] == "no-store")
            #expect(refused["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
            let cookies = [("Cookie", "authorization=Bearer \(site.key); token=\(site.key)")]
            #expect(try await site.daemon.request("GET", target, cookies).status == 401)
        }
        // Until it comes from the fast path.
        let isFast = try await eventually {
            let response = try await site.daemon.connect().request("GET", address)
            #expect(response.status == 200 && response.body == png)
            Self.expectPrivate(response, atMost: 601)
            return response.isFast
        }
        #expect(isFast)
        for (method, fields, status) in [
            ("HEAD", [], 200), ("GET", [("Range", "bytes=0-9")], 206),
            ("GET", [("If-None-Match", "\"\(record.sha256.prefix(32))\"")], 304),
            ("GET", [("Range", "bytes=0-1, 4-5")], 206),
            ("GET", [("Connection", "close")], 200),
        ] as [(String, [(String, String)], Int)] {
            let response = try await site.daemon.connect().request(method, address, fields)
            #expect(response.status == status, "\(method) \(fields)")
            Self.expectPrivate(response, atMost: 601)
        }
        let unsatisfiable = try await site.daemon.request("GET", address, [("Range", "bytes=999999999-")])
        #expect(unsatisfiable.status == 416 && unsatisfiable["Cache-Control"] == "no-store")
    }

    private static func expectPrivate(_ response: ProbeResponse, atMost seconds: Int) {
        let control = response["Cache-Control"] ?? ""
        #expect(
            control.contains("private") && !control.contains("public") && !control.contains("immutable"),
            "\(control)"
        )
        let age = control.firstMatch(of: /max-age=(\d+)/).flatMap { Int($0.1) }
        #expect(age.map { (1...seconds).contains($0) } == true, "\(control)")
    }

    @Test("with any byte changed open nothing", arguments: 0..<3 as Range<UInt64>)
    func changed(round: UInt64) async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.png(), to: "posters")
        let signed = Array(try await site.signed("/files/\(record.path)?preset=w92&v=1").utf8)
        #expect(try await site.daemon.request("GET", String(decoding: signed, as: UTF8.self)).status == 200)
        var numbers = SeededNumbers(test: 12_500 + round)
        let probe = try await site.daemon.connect()
        for _ in 0..<150 {
            var bytes = signed
            // Not in the root: what is beside it is other routes.
            let place = Int.random(in: "/files/".utf8.count..<bytes.count, using: &numbers)
            switch Int.random(in: 0...2, using: &numbers) {
            case 0: bytes[place] = Self.visible(using: &numbers)
            case 1: bytes.remove(at: place)
            default: bytes.insert(Self.visible(using: &numbers), at: place)
            }
            guard bytes != signed else { continue }
            let target = String(decoding: bytes, as: UTF8.self)
            let response = try await probe.request("GET", target)
            #expect([400, 401, 403, 404].contains(response.status), "\(response.status) \(target)")
        }
        for place in signed.indices.dropFirst("/files/\(record.path)?".utf8.count) {
            var bytes = signed
            bytes[place] = bytes[place] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
            let response = try await probe.request("GET", String(decoding: bytes, as: UTF8.self))
            #expect(response.status == 403 && Self.code(response) == "signature_invalid", "at \(place)")
        }
    }

    /// One that may stand in a target as it is.
    private static func visible(using numbers: inout SeededNumbers) -> UInt8 {
        Array("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-._~/?&=%+".utf8).randomElement(using: &numbers) ?? 0x61
    }

    @Test("end, from memory too; what is then on its way goes on")
    func end() async throws {
        let site = try await GuardedSite.current()
        let video = try Samples.video()
        let record = try await site.upload(video, to: "videos")
        let address = try await site.signed("/files/\(record.path)", for: 4)
        let probe = try await site.daemon.connect()
        #expect(try await eventually { try await probe.request("GET", address).isFast })
        let slow = try await site.daemon.connect(receiveBufferBytes: 4096)
        try await slow.send("GET", address)
        #expect(
            try await eventually { try await probe.request("GET", address, [("Range", "bytes=0-0")]).status == 403 }
        )
        let expired = try await probe.request("GET", address)
        #expect(expired.status == 403 && Self.code(expired) == "signature_expired")
        #expect(expired["Cache-Control"] == "no-store")
        #expect(try await slow.receive().body == video)
        let key = [GuardedSite.bearer(site.key)]
        #expect(try await probe.request("GET", address, key).status == 403, "a token beside it does not help")
    }

    @Test("are made for whoever may read, all or none, with the first one's place in the list")
    func makers() async throws {
        let site = try await GuardedSite.current()
        let reader = try await site.key("read:posters/a*")
        let good = try await site.sign(["/files/posters/a.png", "/api/files/posters/a.png?preset=w92"], by: reader)
        #expect(good.status == 200)
        let signed = try JSONDecoder().decode(GuardedSite.Signed.self, from: Data(good.body))
        #expect(signed.urls.count == 2 && signed.expiresAt.hasSuffix("Z"))
        for (address, status) in [
            ("/files/posters/b.png", 404), ("/files/videos/a.mp4", 404), ("/files/posters/ab.png", 404),
            ("/files/posters/a.png/hls/index.m3u8", 200), ("/files/avatars/x.png", 200),
            ("/files/avatars/x.png?width=300", 403), ("/files/posters/a.png?width=300", 200), ("/api/media", 400),
            ("/files/posters/a.png?width=x", 400), ("/files/posters/../videos/a.mp4", 400),
        ] {
            let response = try await site.sign(["/files/posters/a.png", address], by: reader)
            #expect(response.status == status, "\(address): \(response.text)")
            #expect(status == 200 || response.text.contains("urls[1]"), "\(response.text)")
        }
        let anonymous = try await site.daemon.request(
            "POST",
            "/api/sign",
            body: Array(#"{"urls": ["/files/avatars/x"]}"#.utf8)
        )
        #expect(anonymous.status == 401)
        let huge = [UInt8](repeating: UInt8(ascii: " "), count: 2 << 20)
        let json = [GuardedSite.bearer(site.key), ("Content-Type", "application/json")]
        let refused = try await site.daemon.request("POST", "/api/sign", json, body: huge)
        #expect(refused.status == 413)
    }

    @Test("have free parameters in their one signature")
    func parameters() async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.png(), to: "posters")
        let address = try await site.signed("/files/\(record.path)?width=20&format=png")
        let picture = try await site.daemon.request("GET", address)
        #expect(picture.status == 200 && picture["Content-Type"] == "image/png")
        #expect(try await site.daemon.request("GET", address.replacing("width=20", with: "width=21")).status == 403)
        let key = [GuardedSite.bearer(site.key)]
        #expect(try await site.daemon.request("GET", "/files/\(record.path)?width=20&format=png", key).status == 403)
    }

    @Test("lead from a file's former addresses to signed ones, and nobody else anywhere")
    func moved() async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.png(), to: "posters")
        let bare = "/files/\(record.path.dropLast(4))"
        let response = try await site.daemon.request("GET", try await site.signed("\(bare)?preset=w92"))
        #expect(response.status == 308)
        #expect(response["Cache-Control"]?.contains("private") == true)
        let location = try #require(response["Location"])
        #expect(location.hasPrefix("/files/\(record.path)?preset=w92&expires="))
        #expect(try await site.daemon.request("GET", location).status == 200)
        #expect(try await site.daemon.request("GET", bare).status == 401)
        let stranger = [GuardedSite.bearer(try await site.key("read:videos/*"))]
        #expect(try await site.daemon.request("GET", bare, stranger).status == 404)
        #expect(try await site.daemon.request("GET", "/files/\(record.path)", stranger).status == 404)
    }

    @Test("Unlisted files are there for whoever knows the address, and not for search engines")
    func unlisted() async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.text("Unlisted."), to: "documents")
        let isFast = try await eventually {
            let response = try await site.daemon.connect().request("GET", record.url)
            #expect(response.status == 200 && response["X-Robots-Tag"] == "noindex")
            return response.isFast
        }
        #expect(isFast)
        #expect(try await site.daemon.request("GET", "/api/media/\(record.id)").status == 401)
    }
}
