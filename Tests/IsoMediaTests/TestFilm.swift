import IsoMedia
import Primitives

/// A small MP4 made here: pictures and sound whose bytes tell which frame of which track they are.
struct TestFilm {
    /// Of the picture: 90,000 ticks a second, 3600 a frame.
    var frames = 100
    var keyFrameEvery = 25
    /// Frames that decoding is ahead of showing.
    var reordering: UInt32 = 0
    /// Times of the media at which the tracks begin to be shown; nil without an edit list.
    var videoEdit: Int32?
    var audioEdit: Int32?
    /// Of the sound: 48,000 ticks a second, 1024 a frame.
    var sounds = 188
    var hasSound = true
    var isIndexInFront = false
    var hasWideOffsets = false
    /// What is added to all chunk offsets.
    var displacement: Int64 = 0
    /// Boxes beside those of a track's `stbl`, and flags of its data reference.
    var tableExtras: [FourCC] = []
    var referenceFlags: UInt32 = 1
    var movieExtras: [FourCC] = []
    var videoEntry: [UInt8] = Entries.advancedVideo
    var audioEntry: [UInt8] = Entries.sound(objectType: 0x40)

    static let frameSize = 40
    static let soundSize = 12

    /// The bytes of a frame.
    static func frame(_ index: Int) -> [UInt8] {
        // One unit with its length in front, as H.264 has them in a file.
        [0, 0, 0, 36, index % 25 == 0 ? 0x65 : 0x41] + [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 35)
    }

    static func sound(_ index: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: index) | 0x80, count: 12)
    }

    var bytes: [UInt8] {
        let type = Self.box("ftyp") { $0.append(Array("isom\0\0\0\0isom".utf8)) }
        let media = (0..<self.frames).flatMap(Self.frame) + (self.hasSound ? (0..<self.sounds).flatMap(Self.sound) : [])
        let index = self.index(mediaAt: 0)
        let start = Int64(type.count + 8 + (self.isIndexInFront ? index.count : 0))
        let moov = self.index(mediaAt: start + self.displacement)
        let mdat = Self.box("mdat") { $0.append(media) }
        return type + (self.isIndexInFront ? moov + mdat : mdat + moov)
    }

    static func box(_ type: FourCC, _ content: (inout BoxWriter) -> Void) -> [UInt8] {
        var writer = BoxWriter()
        writer.box(type, content)
        return writer.bytes
    }

    /// The `moov` box.
    func index(mediaAt start: Int64) -> [UInt8] {
        Self.box("moov") { writer in
            writer.fullBox("mvhd") { writer in
                writer.zeros(8)
                writer.u32(1000)
                writer.u32(4000)
                writer.zeros(80)
            }
            self.writeTrack(1, "vide", self.videoEdit, 90_000, self.videoEntry, to: &writer) {
                self.writePictures(start, to: &$0)
            }
            if self.hasSound {
                self.writeTrack(2, "soun", self.audioEdit, 48_000, self.audioEntry, to: &writer) {
                    self.writeSounds(start + Int64(self.frames * Self.frameSize), to: &$0)
                }
            }
            for type in self.movieExtras { writer.box(type) { $0.zeros(8) } }
        }
    }

    private func writeTrack(
        _ number: UInt32,
        _ handler: FourCC,
        _ edit: Int32?,
        _ timescale: UInt32,
        _ entry: [UInt8],
        to writer: inout BoxWriter,
        _ tables: (inout BoxWriter) -> Void
    ) {
        writer.box("trak") { writer in
            writer.fullBox("tkhd", flags: 3) { writer in
                writer.zeros(8)
                writer.u32(number)
                writer.zeros(24)
                for value: UInt32 in [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000] { writer.u32(value) }
                writer.u32(320 << 16)
                writer.u32(180 << 16)
            }
            if let edit {
                writer.box("edts") { writer in
                    writer.fullBox("elst") { writer in
                        writer.u32(1)
                        writer.u32(0)
                        writer.u32(UInt32(bitPattern: edit))
                        writer.u32(0x10000)
                    }
                }
            }
            writer.box("mdia") { writer in
                writer.fullBox("mdhd") { writer in
                    writer.zeros(8)
                    writer.u32(timescale)
                    writer.zeros(4)
                    // "fra"
                    writer.u16(6 << 10 | 18 << 5 | 1)
                    writer.zeros(2)
                }
                writer.fullBox("hdlr") { writer in
                    writer.zeros(4)
                    writer.fourCC(handler)
                    writer.zeros(13)
                }
                writer.box("minf") { writer in
                    writer.box("dinf") { writer in
                        writer.fullBox("dref") { writer in
                            writer.u32(1)
                            writer.fullBox("url ", flags: self.referenceFlags) { _ in }
                        }
                    }
                    writer.box("stbl") { writer in
                        writer.fullBox("stsd") { writer in
                            writer.u32(1)
                            writer.append(entry)
                        }
                        tables(&writer)
                        for type in self.tableExtras { writer.box(type) { $0.zeros(8) } }
                    }
                }
            }
        }
    }

    /// Ten frames a chunk.
    private func writePictures(_ start: Int64, to writer: inout BoxWriter) {
        Self.writeTable("stts", [(UInt32(self.frames), 3600)], to: &writer)
        if self.reordering > 0 { Self.writeTable("ctts", [(UInt32(self.frames), 3600 * self.reordering)], to: &writer) }
        writer.fullBox("stss") { writer in
            let keys = stride(from: 0, to: self.frames, by: self.keyFrameEvery)
            writer.u32(UInt32(Array(keys).count))
            for key in keys { writer.u32(UInt32(key + 1)) }
        }
        self.writeChunks(self.frames, 10, Self.frameSize, start, to: &writer)
    }

    private func writeSounds(_ start: Int64, to writer: inout BoxWriter) {
        Self.writeTable("stts", [(UInt32(self.sounds), 1024)], to: &writer)
        self.writeChunks(self.sounds, 47, Self.soundSize, start, to: &writer)
    }

    private func writeChunks(_ count: Int, _ perChunk: Int, _ size: Int, _ start: Int64, to writer: inout BoxWriter) {
        writer.fullBox("stsz") { writer in
            writer.u32(UInt32(size))
            writer.u32(UInt32(count))
        }
        writer.fullBox("stsc") { writer in
            writer.u32(1)
            writer.u32(1)
            writer.u32(UInt32(perChunk))
            writer.u32(1)
        }
        let chunks = (count + perChunk - 1) / perChunk
        writer.fullBox(self.hasWideOffsets ? "co64" : "stco") { writer in
            writer.u32(UInt32(chunks))
            for chunk in 0..<chunks {
                let offset = UInt64(start) + UInt64(chunk * perChunk * size)
                if self.hasWideOffsets { writer.u64(offset) } else { writer.u32(UInt32(offset)) }
            }
        }
    }

    private static func writeTable(_ type: FourCC, _ runs: [(UInt32, UInt32)], to writer: inout BoxWriter) {
        writer.fullBox(type) { writer in
            writer.u32(UInt32(runs.count))
            for run in runs {
                writer.u32(run.0)
                writer.u32(run.1)
            }
        }
    }
}

/// Sample entries.
enum Entries {
    static let advancedVideo = video("avc1", "avcC", [1, 0x64, 0, 0x1F, 0xFF, 0xE1, 0, 2, 0x67, 1, 1, 0, 2, 0x68, 2])

    /// An entry whose configuration is `record`.
    static func video(_ type: FourCC, _ configuration: FourCC, _ record: [UInt8], _ extra: [UInt8] = []) -> [UInt8] {
        TestFilm.box(type) { writer in
            writer.zeros(24)
            writer.u16(320)
            writer.u16(180)
            writer.zeros(50)
            writer.box(configuration) { $0.append(record) }
            writer.append(extra)
        }
    }

    /// - Parameter objectType: 0x40 is AAC, 0x6B MP3.
    static func sound(objectType: UInt8, specific: [UInt8] = [0x11, 0x90]) -> [UInt8] {
        TestFilm.box("mp4a") { writer in
            writer.zeros(16)
            writer.u16(2)
            writer.u16(16)
            writer.zeros(4)
            writer.u32(48_000 << 16)
            writer.box("esds") { $0.append(self.elementaryStream(objectType, specific)) }
        }
    }

    static func elementaryStream(_ objectType: UInt8, _ specific: [UInt8]) -> [UInt8] {
        let inner = [5, UInt8(specific.count)] + specific
        let decoder = [4, UInt8(13 + inner.count), objectType, 0x15] + [UInt8](repeating: 0, count: 11) + inner
        return [0, 0, 0, 0, 3, UInt8(3 + decoder.count), 0, 1, 0] + decoder
    }
}

extension Assembly {
    /// The file that it describes.
    func file(of source: some ByteSource) throws -> [UInt8] {
        try self.pieces.flatMap { piece in
            switch piece {
            case .written(let range): Array(self.written[range])
            case .source(let range):
                try source.bytes(at: range.lowerBound, count: Int(range.upperBound - range.lowerBound))
            }
        }
    }
}

/// The bytes of all samples of a film, track by track.
func samples(of bytes: some ByteSource) throws -> [[[UInt8]]] {
    try MovieFile(reading: bytes).movie.tracks.map { track in
        var cursor = try track.samples.cursor()
        var samples: [[UInt8]] = []
        while let sample = try cursor.next() { samples.append(try bytes.bytes(at: sample.offset, count: sample.size)) }
        return samples
    }
}
