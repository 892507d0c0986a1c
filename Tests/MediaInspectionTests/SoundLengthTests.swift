import MediaCore
import Testing

@testable import MediaInspection

/// G3: sound of every kind has its length: the header says it, or the frames add up.
@Suite("Lengths of sounds", .serialized)
struct SoundLengthTests {
    private static func made(_ fileExtension: String, _ options: String) throws -> [UInt8] {
        let noise = "-f lavfi -i anoisesrc=d=7:a=0.1:r=44100 \(options)"
        return try TestFiles.encoded(fileExtension, noise.split(separator: " ").map(String.init)).bytes
    }

    private static func little(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }

    private static func big(_ number: UInt64, _ count: Int) -> [UInt8] { self.little(number, count).reversed() }
    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(
        "G3: what ffmpeg writes",
        arguments: [
            "wv", "tta", "w64", "au", "au -c:a pcm_mulaw", "caf", "caf -c:a alac", "caf -c:a libopus -ar 48000",
            "aiff -c:a pcm_s24be", "aiff -c:a adpcm_ima_qt", "mka -c:a aac", "mka -c:a flac", "mka -c:a pcm_s16le",
            "ac3 -ar 48000", "eac3 -ar 48000", "dts -c:a dca -strict -2 -ar 48000", "gsm -c:a libgsm -ar 8000 -ac 1",
            "ogg -c:a libspeex -ar 16000", "wma -c:a wmav1", "mp2", "wav -c:a adpcm_ms", "wav -c:a g722 -ar 16000",
            "wav -rf64 always", "wav -c:a pcm_f64le",
        ]
    )
    func encoded(format: String) throws {
        let words = format.split(separator: " ", maxSplits: 1).map(String.init)
        let found = try TestFiles.inspection(try Self.made(words[0], words.count > 1 ? words[1] : ""))
        #expect(found.type.isMusic, "\(found.type)")
        #expect(abs((found.durationSeconds ?? 0) - 7) < 0.1, "\(found.type) \(found.durationSeconds ?? -1)")
        let track = try #require(found.media?.audioTracks.first)
        #expect(track.sampleRate != nil)
    }

    @Test(
        "G3: sound from a pipe, whose sizes say nothing",
        arguments: ["aiff", "w64", "au", "caf", "wav", "flac", "tta", "wv"]
    )
    func piped(format: String) throws {
        let noise = ["-f", "lavfi", "-i", "anoisesrc=d=7:a=0.1:r=44100", "-f", format]
        let bytes = try TestFiles.run(["sh", "-c", "ffmpeg -v error \(noise.joined(separator: " ")) - | cat"])
        let found = try TestFiles.inspection(bytes)
        #expect(abs((found.durationSeconds ?? 0) - 7) < 0.01, "\(found.type) \(found.durationSeconds ?? -1)")
    }

    // MARK: Formats that nothing here writes

    @Test("G3: AMR, narrow and wide: twenty milliseconds a frame")
    func adaptiveMultiRate() throws {
        // The longest mode of each (RFC 4867 section 5.3): 31 and 60 bytes behind the head of a frame.
        let narrow = Self.text("#!AMR\n") + (0..<350).flatMap { _ in [0x3C] + Box.zeros(31) }
        let wide = Self.text("#!AMR-WB\n") + (0..<350).flatMap { _ in [0x44] + Box.zeros(60) }
        for (bytes, type) in [(narrow, "audio/amr"), (wide, "audio/amr-wb")] {
            let found = try TestFiles.inspection(bytes)
            #expect(found.type == MediaType(type))
            #expect(abs((found.durationSeconds ?? 0) - 7) < 0.03, "\(type) \(found.durationSeconds ?? -1)")
        }
    }

    @Test("G3: DSF: samples of one bit, in blocks that are filled up")
    func dsf() throws {
        let rate: UInt64 = 2_822_400
        let samples = rate / 4
        let blocks = (samples / 8 + 4095) / 4096
        let format =
            Self.text("fmt ") + Self.little(52, 8) + Self.little(1, 4) + Self.little(0, 4) + Self.little(2, 4)
            + Self.little(2, 4) + Self.little(rate, 4) + Self.little(1, 4) + Self.little(samples, 8)
            + Self.little(4096, 4) + Box.zeros(4)
        let data = [UInt8](repeating: 0x69, count: Int(blocks * 4096 * 2))
        let content = format + Self.text("data") + Self.little(UInt64(data.count) + 12, 8) + data
        let head = Self.text("DSD ") + Self.little(28, 8) + Self.little(UInt64(content.count) + 28, 8) + Box.zeros(8)
        let found = try TestFiles.inspection(head + content)
        #expect(found.type == MediaType("audio/x-dsf"))
        #expect(found.durationSeconds == 0.25)
        #expect(found.media?.audioTracks.first?.sampleRate == 2_822_400)
        #expect(found.media?.audioTracks.first?.channels == 2)
    }

    @Test("G3: DSDIFF, plain and compressed", arguments: ["DSD ", "DST "])
    func dsdiff(compression: String) throws {
        func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
            Self.text(name) + Self.big(UInt64(content.count), 8) + content + (content.count % 2 == 1 ? [0] : [])
        }
        let properties =
            Self.text("SND ") + chunk("FS  ", Self.big(2_822_400, 4))
            + chunk("CHNL", Self.big(2, 2) + Self.text("SLFTSRGT"))
            + chunk("CMPR", Self.text(compression) + [14] + Self.text("not compressed") + [0])
        let data: [UInt8]
        if compression == "DST " {
            let frames = (0..<75).flatMap { _ in chunk("DSTF", [0x40, 1, 2, 3]) }
            data = chunk("DST ", chunk("FRTE", Self.big(75, 4) + Self.big(75, 2)) + frames)
        } else {
            data = chunk("DSD ", [UInt8](repeating: 0x69, count: 2_822_400 / 8 * 2))
        }
        let body = Self.text("DSD ") + chunk("FVER", [1, 5, 0, 0]) + chunk("PROP", properties) + data
        let found = try TestFiles.inspection(chunk("FRM8", body))
        #expect(found.type == MediaType("audio/x-dff"))
        #expect(found.durationSeconds == 1)
    }

    @Test("G3: an AIFF that claims samples of 65,535 bits is still one", arguments: [UInt64(16), 65529, 65535])
    func sampleSize(bits: UInt64) throws {
        let rate: [UInt8] = [0x40, 0x0E, 0xAC, 0x44] + Box.zeros(6)
        let common = Self.text("COMM") + Self.big(18, 4) + Self.big(1, 2) + Self.big(4410, 4) + Self.big(bits, 2) + rate
        let sound = Self.text("SSND") + Self.big(8828, 4) + Box.zeros(8828)
        let content = Self.text("AIFF") + common + sound
        let found = try TestFiles.inspection(Self.text("FORM") + Self.big(UInt64(content.count), 4) + content)
        #expect(found.type == MediaType("audio/aiff"))
    }

    /// Most significant bit first, or, of TAK, least.
    private static func bits(_ fields: [(UInt64, Int)], least: Bool = false) -> [UInt8] {
        let all = fields.flatMap { value, count in
            (0..<count).map { value >> UInt64(least ? $0 : count - 1 - $0) & 1 }
        }
        return stride(from: 0, to: all.count, by: 8).map { start in
            all[start..<min(all.count, start + 8)].enumerated().reduce(UInt8(0)) { byte, bit in
                byte | UInt8(bit.element) << UInt8(least ? bit.offset : 7 - bit.offset)
            }
        }
    }

    @Test("G3: Musepack, stream version 7 and 8")
    func musepack() throws {
        // 300 frames of 1152 samples; the last one has 600. 44,100 samples a second.
        let seven =
            Self.text("MP+") + [7] + Self.little(300, 4) + [0, 0, 0, 0] + Box.zeros(8)
            + Self.little(1 << 31 | 600 << 20, 4) + Box.zeros(2000)
        let found = try TestFiles.inspection(seven)
        #expect(found.type == MediaType("audio/x-musepack"))
        let seconds = 300.0 * 1152 / 44100
        #expect(abs((found.durationSeconds ?? 0) - seconds) < 0.05, "\(found.durationSeconds ?? -1)")
        // SH: checksum, version, samples, silence in front, rate 0 (44,100) and bands, channels and frames a packet.
        let samples: [UInt8] = [0x92, 0xEB, 0x5C]
        let header = [0, 0, 0, 0, 8] + samples + [0, 0x1B, 0x10]
        let eight =
            Self.text("MPCKSH") + [UInt8(3 + header.count)] + header + Self.text("AP") + [0x83, 0x74] + Box.zeros(496)
            + Self.text("SE") + [3]
        let other = try TestFiles.inspection(eight)
        #expect(other.type == MediaType("audio/x-musepack"))
        #expect(abs((other.durationSeconds ?? 0) - 7) < 0.05, "\(other.durationSeconds ?? -1)")
    }

    @Test("G3: Monkey's Audio: frames of equal length, and a last one")
    func monkeysAudio() throws {
        // Version 3.99: a descriptor of 52 bytes, a header of 24, a table of frames.
        let frames: UInt64 = 5
        let descriptor =
            Self.text("MAC ") + Self.little(3990, 2) + Box.zeros(2) + Self.little(52, 4) + Self.little(24, 4)
            + Self.little(frames * 4, 4) + Self.little(44, 4) + Self.little(5000, 4) + Box.zeros(8) + Box.zeros(16)
        let header =
            Self.little(2000, 2) + Self.little(0, 2) + Self.little(73728, 4) + Self.little(13788, 4)
            + Self.little(frames, 4) + Self.little(16, 2) + Self.little(1, 2) + Self.little(44100, 4)
        let start = UInt64(52 + 24 + Int(frames) * 4 + 44)
        let table = (0..<frames).flatMap { Self.little(start + $0 * 1000, 4) }
        let found = try TestFiles.inspection(descriptor + header + table + Box.zeros(44) + Box.zeros(5000))
        #expect(found.type == MediaType("audio/x-ape"))
        let seconds = Double(4 * 73728 + 13788) / 44100
        #expect(abs((found.durationSeconds ?? 0) - seconds) < 0.01, "\(found.durationSeconds ?? -1)")
    }

    @Test("G3: TAK: samples in 35 bits")
    func tak() throws {
        let information = Self.bits(
            [(2, 6), (0, 4), (9, 4), (308_700, 35), (0, 3), (44100 - 6000, 18), (16 - 8, 5), (2 - 1, 4), (0, 1)],
            least: true
        )
        func block(_ kind: UInt8, _ content: [UInt8]) -> [UInt8] {
            [kind] + Self.little(UInt64(content.count + 3), 3) + content + Self.checksum(content)
        }
        let bytes = Self.text("tBaK") + block(1, information) + [0, 0, 0, 0] + Box.zeros(4000)
        let found = try TestFiles.inspection(bytes)
        #expect(found.type == MediaType("audio/x-tak"))
        #expect(abs((found.durationSeconds ?? 0) - 7) < 0.01, "\(found.durationSeconds ?? -1)")
    }

    /// CRC-24 as in RFC 4880 section 6.1, which TAK has too; highest byte first.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var crc: UInt32 = 0xB704CE
        for byte in bytes {
            crc ^= UInt32(byte) << 16
            for _ in 0..<8 {
                crc <<= 1
                if crc & 0x1_000000 != 0 { crc ^= 0x1_864CFB }
            }
        }
        return [UInt8(crc >> 16 & 0xFF), UInt8(crc >> 8 & 0xFF), UInt8(crc & 0xFF)]
    }

    @Test("G3: a length of centuries is none")
    func claims() throws {
        let rate: UInt64 = 1
        let format =
            Self.text("fmt ") + Self.little(52, 8) + Self.little(1, 4) + Self.little(0, 4) + Self.little(2, 4)
            + Self.little(2, 4) + Self.little(rate, 4) + Self.little(1, 4) + Self.little(.max, 8)
            + Self.little(4096, 4) + Box.zeros(4)
        let content = format + Self.text("data") + Self.little(.max, 8) + Box.zeros(9000)
        let bytes = Self.text("DSD ") + Self.little(28, 8) + Self.little(.max, 8) + Box.zeros(8) + content
        #expect(try TestFiles.inspection(bytes).durationSeconds == nil)
        for size: UInt64 in [0, 1, 23, .max] {
            let guid = Array(repeating: UInt8(7), count: 12)
            let wave = Self.text("riff") + guid + Self.little(size, 8) + Self.text("wave") + guid
            let chunk = Self.text("fmt ") + guid + Self.little(size, 8) + Box.zeros(40)
            _ = try TestFiles.withFile(wave + chunk) {
                SoundLength.seconds(
                    of: MediaType("audio/x-w64"),
                    in: DescriptorSource(descriptor: $0, length: Int64(wave.count + chunk.count))
                )
            }
        }
    }
}
