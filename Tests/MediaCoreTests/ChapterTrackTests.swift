import MediaCore
import Testing

@Suite("chapters as a WebVTT track")
struct ChapterTrackTests {
    @Test("have a cue each, with titles that WebVTT can hold")
    func cues() {
        let track = ChapterTrack([
            .init(startSeconds: 0, endSeconds: 4.5, title: "A < B & C\nD"),
            .init(startSeconds: 4.5, endSeconds: 4.5, title: "no time"),
            .init(startSeconds: 3600, endSeconds: 3661.25, title: nil),
        ])
        #expect(
            track.text == """
                WEBVTT

                00:00:00.000 --> 00:00:04.500
                A &lt; B &amp; C D

                01:00:00.000 --> 01:01:01.250
                3

                """
        )
    }

    @Test("of what no video has are left out of a record")
    func bounds() {
        let chapter = AudioVideoFacts.Chapter(startSeconds: 0, endSeconds: 1, title: "  ")
        var facts = AudioVideoFacts(chapters: Array(repeating: chapter, count: 600))
        facts.chapters[0].endSeconds = .nan
        facts.chapters[1].startSeconds = -1
        facts.chapters[2].startSeconds = 2
        #expect(facts.bounded.chapters.count == AudioVideoFacts.maximumChapters)
        #expect(facts.bounded.chapters[0] == .init(startSeconds: 0, endSeconds: 1, title: nil))
    }
}
