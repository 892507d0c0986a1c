import IsoMedia
import Primitives
import Testing

@Suite("Streams: subtitles in a film")
struct TimedTextTests {
    @Test("a film without subtitles has none, and pictures are none")
    func none() throws {
        let movie = try MovieFile(reading: BytesInMemory(TestFilm().bytes)).movie
        #expect(try StreamableTracks(movie).text.isEmpty)
    }
}
