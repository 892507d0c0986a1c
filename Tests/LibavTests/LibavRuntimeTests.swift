import Libav
import Testing

@Suite("FFmpeg's libraries")
struct LibavRuntimeTests {
    @Test("are found, and can be asked for twice")
    func starts() throws {
        try LibavRuntime.start()
        try LibavRuntime.start()
    }
}
