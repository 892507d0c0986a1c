import FoundationEssentials
import Glibc
import MediaCore
import MediaRendering
import Testing

@Suite("Streams: what a worker says of a video")
struct StreamDescriptionTests {
    private func render(_ part: StreamPart, _ type: MediaType = .mp4) throws -> [UInt8] {
        let source = open(Pictures.fixture("clip-5s.mp4"), O_RDONLY)
        try #require(source >= 0)
        defer { close(source) }
        return try StreamParts.render(source, type, part)
    }

    @Test("a real video's codecs, size, lengths and bit rates")
    func description() throws {
        let stream = try JSONDecoder().decode(StreamDescription.self, from: Data(try self.render(.description)))
        #expect(stream.isPlausible)
        #expect(stream.container == .fragments)
        #expect(
            stream.codecs.first?.hasPrefix("avc1.") == true && stream.codecs.last == "mp4a.40.2",
            "\(stream.codecs)"
        )
        #expect(stream.dimensions.map { $0.width > $0.height } == true)
        let seconds = stream.segmentSeconds.reduce(0, +)
        #expect(abs(seconds - 5) < 0.5)
        // The segment, with its head, is within the bit rate that is promised.
        let segment = try self.render(.segment(0, .main, .fragments))
        #expect(Double(segment.count) * 8 <= Double(stream.peakBitRate) * (stream.segmentSeconds.first ?? 0) * 1.001)
        #expect(try self.render(.initialization(.main)).dropFirst(4).prefix(4).elementsEqual("ftyp".utf8))
    }

    @Test("what the video does not have, and what is no video, is refused")
    func refusals() throws {
        for part in [
            StreamPart.segment(1000, .main, .fragments), .segment(0, .audio(99), .fragments), .captions(track: 1),
            .segment(0, .main, .transport),
        ] {
            let error = #expect(throws: MediaError.self, "\(part)") { _ = try self.render(part) }
            #expect(error?.code == .notStreamable)
        }
        let error = #expect(throws: MediaError.self) { _ = try self.render(.description, .webm) }
        #expect(error?.code == .notStreamable)
    }
}
