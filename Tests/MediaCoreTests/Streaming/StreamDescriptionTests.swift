import MediaCore
import Testing

@Suite("What a worker says of a stream")
struct StreamDescriptionTests {
    private let sound = StreamDescription(
        container: .fragments,
        codecs: ["avc1.64001f", "mp4a.40.2"],
        dimensions: PixelSize(width: 1280, height: 720),
        framesPerSecond: 23.976,
        videoRange: "SDR",
        peakBitRate: 3_000_000,
        averageBitRate: 1_000_000,
        segmentSeconds: [6, 6, 3.5],
        lead: 7500,
        audio: [.init(number: 2, language: "eng"), .init(number: 3, language: nil)],
        captions: []
    )

    @Test("is believed when it can be true")
    func plausible() {
        #expect(self.sound.isPlausible)
    }

    @Test("is not believed when it cannot, or would break a line of a playlist")
    func implausible() {
        let changes: [(inout StreamDescription) -> Void] = [
            { $0.codecs = [] }, { $0.codecs = ["avc1\"\n#EXT-X-KEY:URI=\"x"] }, { $0.codecs = ["é"] },
            { $0.dimensions = PixelSize(width: 0, height: 1) }, { $0.framesPerSecond = .nan },
            { $0.framesPerSecond = .infinity }, { $0.videoRange = "SDR,X" }, { $0.peakBitRate = -1 },
            { $0.averageBitRate = .max }, { $0.segmentSeconds = [] }, { $0.segmentSeconds = [.nan] },
            { $0.segmentSeconds = [-1] }, { $0.lead = -1 }, { $0.audio[0].language = "e\nn" },
            { $0.audio[0].number = -1 },
        ]
        for (index, change) in changes.enumerated() {
            var description = self.sound
            change(&description)
            #expect(!description.isPlausible, "change \(index)")
        }
    }
}
