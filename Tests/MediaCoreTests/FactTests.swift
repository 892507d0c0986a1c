import FoundationEssentials
import MediaCore
import Testing

@Suite("Facts of files")
struct FactTests {
    @Test("colours are read and written as CSS has them")
    func colors() {
        let color = RGBColor(red: 1, green: 0xAB, blue: 0xFF)
        #expect(color.hex == "#01abff")
        #expect(RGBColor(hex: "#01abff") == color && RGBColor(hex: "01ABFF") == color)
        #expect(RGBColor(red: 0, green: 0, blue: 0).hex == "#000000")
        for text in ["", "#", "#fff", "#01abfg", "##01abf", "#01abff0", "+1abff", " 01abff", "０1abff"] {
            #expect(RGBColor(hex: text) == nil, "\(text)")
        }
    }

    @Test("focal points lie in the picture, also those that come as JSON")
    func focalPoints() throws {
        #expect(FocalPoint(x: 0, y: 1) != nil)
        for (x, y) in [(-0.001, 0.5), (0.5, 1.001), (.nan, 0.5), (0.5, .infinity)] {
            #expect(FocalPoint(x: x, y: y) == nil)
        }
        let point = try #require(FocalPoint(x: 0.25, y: 0.1 + 0.2))
        let data = try JSONEncoder().encode(point)
        #expect(try JSONDecoder().decode(FocalPoint.self, from: data) == point)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(FocalPoint.self, from: Data(#"{"x": 2, "y": 0}"#.utf8))
        }
    }

    @Test("a ThumbHash has 5 to 25 bytes, also one that comes as JSON")
    func thumbHashes() throws {
        #expect(ThumbHash(bytes: [1, 2, 3, 4]) == nil)
        #expect(ThumbHash(bytes: [UInt8](repeating: 1, count: 26)) == nil)
        let hash = try #require(ThumbHash(bytes: [UInt8](1...25)))
        #expect(try JSONDecoder().decode(ThumbHash.self, from: try JSONEncoder().encode(hash)) == hash)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(ThumbHash.self, from: Data("[1, 2]".utf8)) }
    }

    @Test("what a file says of itself is cut, cleaned, and kept from lying about numbers")
    func bounds() {
        let long = String(repeating: "x", count: 1000)
        let facts = AudioVideoFacts(
            videoCodec: "h264\n",
            frameRate: .nan,
            bitRate: -1,
            audioTracks: Array(
                repeating: .init(
                    codec: "AAC!",
                    channels: 0,
                    sampleRate: .max,
                    language: "und",
                    title: "a\u{202E}b\u{0}"
                ),
                count: 100
            ),
            subtitleTracks: [
                .init(codec: "mov_text", language: "zh-Hant", title: long), .init(codec: "", language: "e'"),
            ],
            tags: ["title": "\n", "artist": long, "Evil key": "v", "": "v"]
        ).bounded
        #expect(facts.videoCodec == nil && facts.frameRate == nil && facts.bitRate == nil)
        #expect(facts.audioTracks.count == AudioVideoFacts.maximumTracks)
        #expect(facts.audioTracks.first == .init(codec: "unknown", title: "a b "))
        #expect(facts.subtitleTracks.map(\.codec) == ["mov_text", "unknown"])
        #expect(facts.subtitleTracks.map(\.language) == ["zh-Hant", nil])
        #expect(facts.subtitleTracks.first?.title?.count == AudioVideoFacts.maximumTextLength)
        #expect(facts.tags == ["artist": String(repeating: "x", count: AudioVideoFacts.maximumTextLength)])
        #expect(facts.bounded == facts)
        var many = AudioVideoFacts()
        for number in 0..<100 { many.tags["tag\(number)"] = "v" }
        #expect(many.bounded.tags.count == AudioVideoFacts.maximumTags)
    }

    @Test("a record without facts is written as it was before there were any, and read")
    func oldRecord() throws {
        var file = MediaFile(
            id: try #require(MediaID("019ad0c5-0000-7000-8000-000000000001")),
            collection: "posters",
            name: MediaName(trusted: "1"),
            path: MediaPath(trusted: "posters/1.jpg"),
            type: .jpeg,
            version: FileVersion(
                size: ByteCount(bytes: 5),
                digest: try #require(Digest(bytes: [UInt8](repeating: 7, count: 32))),
                modifiedAt: Timestamp(microseconds: 5)
            ),
            dimensions: PixelSize(width: 3, height: 4),
            createdAt: Timestamp(microseconds: 1),
            updatedAt: Timestamp(microseconds: 2)
        )
        let json = try JSONEncoder().encode(file)
        let members = try JSONDecoder().decode([String: Anything].self, from: json).keys.sorted()
        #expect(
            members == ["collection", "createdAt", "dimensions", "id", "name", "path", "type", "updatedAt", "version"]
        )
        #expect(try JSONDecoder().decode(MediaFile.self, from: json) == file)
        file.takeFacts(of: Inspection(type: .jpeg, hasAlpha: false))
        #expect(file.factsVersion == Inspection.factsVersion && file.hasAlpha == false && file.dimensions == nil)
    }

    /// Whatever a member holds.
    private struct Anything: Decodable {}
}
