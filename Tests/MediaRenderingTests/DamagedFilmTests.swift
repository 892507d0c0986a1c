import Glibc
import MediaCore
import MediaRendering
import Testing

@Suite("Damaged videos")
struct DamagedFilmTests {
    /// xorshift64: the same damage each time.
    private struct Damage {
        var state: UInt64

        mutating func next(below bound: Int) -> Int {
            self.state ^= self.state << 13
            self.state ^= self.state >> 7
            self.state ^= self.state << 17
            return Int(self.state % UInt64(max(1, bound)))
        }
    }

    @Test(
        "give a picture or an error, whatever bytes are wrong",
        arguments: [
            ("film.mp4", MediaType.mp4, "libx264"), ("film.mkv", .matroska, "mpeg4"),
            ("film.ts", .mpegTS, "mpeg2video"),
            ("film.webm", .webm, "libvpx"),
        ]
    )
    func damaged(name: String, type: MediaType, codec: String) throws {
        let source = ["-f", "lavfi", "-i", "testsrc=s=160x96:r=10:d=2", "-f", "lavfi", "-i", "sine=d=2"]
        let film = try Pictures.withFile(name, []) { path in
            _ = try Pictures.run(["ffmpeg", "-v", "error", "-y"] + source + ["-c:v", codec, "-g", "5", path])
            let descriptor = open(path, O_RDONLY)
            defer { close(descriptor) }
            return try Pictures.contents(descriptor)
        }
        var damage = Damage(state: 0x9E37_79B9_7F4A_7C15)
        var pictures = 0
        for round in 0..<40 {
            var bytes = film
            // The head and the tail, where the structure is, and anywhere.
            for _ in 0..<(1 + round % 8) {
                let place = [
                    damage.next(below: 2048), damage.next(below: bytes.count),
                    bytes.count - 1 - damage.next(below: 2048),
                ]
                bytes[min(max(0, place[damage.next(below: 3)]), bytes.count - 1)] = UInt8(damage.next(below: 256))
            }
            if round % 5 == 4 { bytes.removeLast(damage.next(below: bytes.count)) }
            try Pictures.withFile(name, bytes) { path in
                do throws(MediaError) {
                    _ = try Self.render(path, type)
                    pictures += 1
                } catch {
                    #expect([.fileDamaged, .notRenderable, .imageTooLarge].contains(error.code), "\(error)")
                }
            }
        }
        #expect(pictures > 0)
    }

    private static func render(_ path: String, _ type: MediaType) throws(MediaError) -> PixelSize? {
        let source = open(path, O_RDONLY)
        let output = open("/dev/null", O_WRONLY)
        defer {
            close(source)
            close(output)
        }
        let request = RenditionRequest(
            sourceType: type,
            recipe: .picture(PictureRecipe(width: 32, format: .jpeg)),
            limits: ImageLimits(maximumPixels: 10_000_000, maximumFrames: 1)
        )
        return try RenditionRenderer.render(source: source, output: output, request: request).dimensions
    }
}
