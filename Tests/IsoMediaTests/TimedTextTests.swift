import IsoMedia
import Primitives
import Testing

@Suite("Streams: subtitles in a video")
struct TimedTextTests {
    @Test("a video without subtitles has none, and pictures are none")
    func none() throws {
        let movie = try MovieFile(reading: BytesInMemory(TestFilm().bytes)).movie
        #expect(try StreamableTracks(movie).text.isEmpty)
    }
}
