import IsoMedia
import Primitives
import Testing

@Suite("Streams: names of codecs")
struct CodecTests {
    private func plan(_ film: TestFilm) throws -> StreamPlan {
        try StreamPlan(MovieFile(reading: BytesInMemory(film.bytes)).movie)
    }

    @Test("H.264 by profile, constraints and level")
    func advancedVideo() throws {
        let plan = try self.plan(TestFilm())
        #expect(plan.video?.entry.codec == "avc1.64001f")
        #expect(plan.video?.entry.dimensions?.width == 320)
        #expect(plan.video?.entry.videoRange == .standard)
    }

    /// The example of ISO/IEC 14496-15 annex E.
    @Test("H.265 by profile, compatibility, tier, level and constraints")
    func highEfficiency() throws {
        let record: [UInt8] = [
            1, 1, 0x60, 0, 0, 0, 0xB0, 0, 0, 0, 0, 0, 93, 0xF0, 0, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0, 0x0F, 0,
        ]
        let colours = TestFilm.box("colr") { $0.append(Array("nclx".utf8) + [0, 9, 0, 16, 0, 9, 0]) }
        let entry = Entries.video("hvc1", "hvcC", record, colours)
        let plan = try self.plan(TestFilm(videoEntry: entry))
        #expect(plan.video?.entry.codec == "hvc1.1.6.L93.B0")
        #expect(plan.video?.entry.videoRange == .perceptualQuantizer)
    }

    @Test(
        "AAC by its object type, MP3 by its own",
        arguments: [
            (0x40, [0x11, 0x90], "mp4a.40.2"), (0x40, [0x2B, 0x11, 0x88, 0], "mp4a.40.5"),
            (0x6B, [0], "mp4a.40.34"),
        ] as [(UInt8, [UInt8], String)]
    )
    func sound(objectType: UInt8, specific: [UInt8], codec: String) throws {
        let plan = try self.plan(TestFilm(audioEntry: Entries.sound(objectType: objectType, specific: specific)))
        #expect(plan.audio?.entry.codec == codec)
        #expect(plan.needsTransportStream == (objectType == 0x6B))
    }

    @Test("QuickTime's sound is written as MP4 has it")
    func quickTimeSound() throws {
        let entry = TestFilm.box("mp4a") { writer in
            writer.zeros(8)
            writer.u16(1)
            writer.zeros(6)
            writer.u16(2)
            writer.u16(16)
            writer.zeros(4)
            writer.u32(48_000 << 16)
            writer.zeros(16)
            writer.box("wave") { writer in
                writer.box("frma") { $0.append(Array("mp4a".utf8)) }
                writer.box("esds") { $0.append(Entries.elementaryStream(0x40, [0x11, 0x90])) }
            }
        }
        let plan = try self.plan(TestFilm(audioEntry: entry))
        #expect(plan.audio?.entry.codec == "mp4a.40.2")
        #expect(!String(decoding: plan.initialization, as: UTF8.self).contains("wave"))
    }
}
