import MediaCore
import MediaTesting
import Testing

@testable import MediaInspection

/// C3 and G3 of what real files showed: lengths, rates and sizes of videos and sounds are those that players show.
@Suite("Facts of videos and sounds", .serialized)
struct PlayingTimeTests {
    private static let limits = ImageLimits(maximumPixels: 10_000_000, maximumFrames: 100)

    private static func inspection(_ bytes: [UInt8]) throws -> Inspection {
        let inspector = try FileInspector()
        return try TestFiles.withFile(bytes) {
            try inspector.inspect(descriptor: $0, size: Int64(bytes.count), allowedTypes: ["*/*"], limits: self.limits)
        }
    }

    private static func made(_ fileExtension: String, _ options: String) throws -> [UInt8] {
        try TestFiles.encoded(fileExtension, options.split(separator: " ").map(String.init)).bytes
    }

    private static let video = "-f lavfi -i testsrc=s=320x180:d=6:r=25"
    private static let both = "\(video) -f lavfi -i sine=d=6"

    @Test(
        "the duration of fragmented MP4 counts the fragments",
        arguments: [
            "-c:v libx264 -g 25 -movflags frag_keyframe+empty_moov",
            "-c:v libx264 -g 25 -movflags frag_keyframe",
            "-c:v libx264 -bf 3 -g 50 -movflags frag_keyframe+delay_moov -c:a aac",
            "-c:v libx264 -g 25 -movflags frag_keyframe+empty_moov+default_base_moof+separate_moof -c:a aac",
            "-c:v libx264 -g 25 -movflags cmaf -c:a aac", "-c:v libx264 -g 25 -movflags dash+global_sidx",
            "-c:v mpeg4 -movflags empty_moov+frag_every_frame", "-vn -c:a aac -movflags frag_keyframe+empty_moov",
        ]
    )
    func fragments(options: String) throws {
        let found = try Self.inspection(Self.made("mp4", "\(Self.both) \(options)"))
        #expect(abs((found.durationSeconds ?? 0) - 6) < 0.1, "\(found.durationSeconds ?? -1)")
        if !options.hasPrefix("-vn") { #expect(abs((found.media?.frameRate ?? 0) - 25) < 0.2) }
        let rate = try #require(found.media?.bitRate)
        #expect(rate > 1000)
    }

    @Test("WebM without Duration ends with its last cluster; its frame rate is measured, and never 1000")
    func recording() throws {
        var bytes = try Self.made("webm", "\(Self.both) -c:v libvpx -c:a libopus -live 1")
        // Browsers write no DefaultDuration (RFC 9559 section 5.1.4.1.12): made Void.
        let name: [UInt8] = [0x23, 0xE3, 0x83, 0x84]
        for place in bytes.indices.dropLast(8) where bytes[place..<place + 4].elementsEqual(name) {
            bytes.replaceSubrange(place..<place + 8, with: [0xEC, 0x86, 0, 0, 0, 0, 0, 0])
        }
        let found = try Self.inspection(bytes)
        #expect(abs((found.durationSeconds ?? 0) - 6) < 0.1, "\(found.durationSeconds ?? -1)")
        #expect(abs((found.media?.frameRate ?? 0) - 25) < 0.5, "\(found.media?.frameRate ?? -1)")
    }

    @Test("the end of a recording that is too large to be counted is found from its end", arguments: ["1", "0"])
    func endOfRecording(live: String) throws {
        let bytes = try Self.made("webm", "\(Self.both) -c:v libvpx -c:a libopus -cluster_time_limit 900 -live \(live)")
        func seconds(_ bytes: [UInt8]) throws -> Double? {
            try TestFiles.withFile(bytes) {
                MatroskaEnd.ticks(in: DescriptorSource(descriptor: $0, length: Int64(bytes.count))).map {
                    Double($0) / 1000
                }
            }
        }
        #expect(abs(try #require(try seconds(bytes)) - 6) < 0.1)
        // A recorder that was killed.
        let cut = try #require(try seconds(Array(bytes.dropLast(bytes.count / 10))))
        #expect((3...6).contains(cut))
        #expect(try seconds([UInt8](repeating: 0x1F, count: 3_000_000)) == nil)
    }

    @Test("one picture has no rate")
    func single() throws {
        let found = try Self.inspection(Self.made("webm", "\(Self.video) -frames:v 1 -c:v libvpx -live 1"))
        #expect((found.media?.frameRate ?? 25) < 100)
    }

    struct Sound: Sendable {
        var fileExtension: String
        var options = ""
    }

    @Test(
        "lengths of sounds: the container says them, or the frames add up",
        arguments: [
            .init(fileExtension: "aac", options: "-c:a aac"), .init(fileExtension: "wav"),
            .init(fileExtension: "mp3", options: "-q:a 4 -write_xing 0"), .init(fileExtension: "flac"),
            .init(fileExtension: "ogg", options: "-c:a libopus"), .init(fileExtension: "aiff"),
            .init(fileExtension: "ac3", options: "-ar 48000"),
        ] as [Sound]
    )
    func sounds(sound: Sound) throws {
        let found = try Self.inspection(
            Self.made(sound.fileExtension, "-f lavfi -i anoisesrc=d=7:a=0.1 \(sound.options)")
        )
        // The name of AC-3 is another matter.
        guard found.type.isMusic else { return }
        #expect(abs((found.durationSeconds ?? 0) - 7) < 0.1, "\(found.type) \(found.durationSeconds ?? -1)")
    }

    @Test("WAV from a pipe, whose sizes say nothing", arguments: [0xFFFF_FFFF, 0x7FFF_F000, 0] as [UInt32])
    func pipedSound(size: UInt32) throws {
        var bytes = try Self.made("wav", "-f lavfi -i sine=d=2 -bitexact")
        let data = try #require(bytes.indices.dropLast(4).first { bytes[$0..<$0 + 4].elementsEqual("data".utf8) })
        let field = (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * UInt32($0))) }
        bytes.replaceSubrange(data + 4..<data + 8, with: field)
        bytes.replaceSubrange(4..<8, with: field)
        let found = try Self.inspection(bytes)
        #expect(abs((found.durationSeconds ?? 0) - 2) < 0.01, "\(found.durationSeconds ?? -1)")
    }

    @Test("lengths and sizes of older containers", arguments: ["avi", "flv", "mpg", "wmv", "ts", "m2v"])
    func containers(fileExtension: String) throws {
        let options = fileExtension == "m2v" ? "\(Self.video) -f mpeg2video" : Self.both
        let found = try Self.inspection(Self.made(fileExtension, options))
        #expect(found.type.isDecodableVideo, "\(found.type)")
        #expect(abs((found.durationSeconds ?? 0) - 6) < 0.1, "\(found.durationSeconds ?? -1)")
        #expect(found.dimensions == PixelSize(width: 320, height: 180))
        #expect(abs((found.media?.frameRate ?? 0) - 25) < 0.5, "\(found.media?.frameRate ?? -1)")
        #expect(found.dominantColor != nil)
    }

    @Test("tkhd may hold a ratio: the size is that of the pictures")
    func ratio() throws {
        var bytes = try Self.made("mov", "\(Self.video) -c:v libx264 -g 250")
        let header = try #require(bytes.indices.dropLast(4).first { bytes[$0..<$0 + 4].elementsEqual("tkhd".utf8) })
        // Width and height are the last 8 of the box's 84 bytes behind its name (ISO/IEC 14496-12 section 8.3.2).
        bytes.replaceSubrange(header + 80..<header + 88, with: [0, 16, 0, 0, 0, 9, 0, 0])
        #expect(try Self.inspection(bytes).dimensions == PixelSize(width: 320, height: 180))
    }

    @Test("the shape of pixels that only the codec tells (H.263: 12 by 11)")
    func pixelShape() throws {
        let found = try Self.inspection(Self.made("3gp", "-f lavfi -i testsrc=s=176x144:d=1 -c:v h263 -aspect 4:3"))
        #expect(found.dimensions == PixelSize(width: 192, height: 144))
        let film = try Self.inspection(Self.made("mp4", "\(Self.video) -vf setsar=2 -c:v libx264"))
        #expect(film.dimensions == PixelSize(width: 640, height: 180))
    }

    @Test("QuickTime with a compressed header (cmov)")
    func compressedHeader() throws {
        let plain = try Self.made("mov", "\(Self.video) -c:v libx264")
        let movie = try #require(plain.indices.dropLast(4).first { plain[$0..<$0 + 4].elementsEqual("moov".utf8) }) - 4
        // A film of ours ends with its header.
        let header = Array(plain[movie...])
        let data = Box.make("cmvd", Box.joined(Box.u32(UInt32(header.count)), Self.zlib(header)))
        let compressed = Box.make("cmov", Box.joined(Box.make("dcom", Array("zlib".utf8)), data))
        let found = try Self.inspection(plain[..<movie] + Box.make("moov", compressed))
        #expect(found.type == .quicktime)
        #expect(found.dimensions == PixelSize(width: 320, height: 180))
        #expect(abs((found.durationSeconds ?? 0) - 6) < 0.05)
    }

    /// A zlib stream that stores (RFC 1950, RFC 1951 section 3.2.4).
    private static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: bytes.count, by: 65535) {
            let block = bytes[start..<min(bytes.count, start + 65535)]
            let length = UInt16(block.count)
            stream.append(block.endIndex == bytes.count ? 1 : 0)
            for number in [length, ~length] { stream += [UInt8(number & 0xFF), UInt8(number >> 8)] }
            stream += block
        }
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        return stream + Box.u32(high << 16 | low)
    }

    @Test(
        "G2: encrypted videos are taken, with size and length, without a poster, and the record says how",
        arguments: ["cenc", "piff", "drmi", "webm", "scrambled"]
    )
    func encrypted(scheme: String) throws {
        let options = "\(Self.video) -c:v libx264"
        let bytes =
            switch scheme {
            case "webm":
                EncryptedVideos.webM(
                    try Self.made("webm", "\(Self.video) -c:v libvpx -live 1 -write_crc32 0"),
                    key: [1, 2, 3]
                )
            case "scrambled": EncryptedVideos.transportStream(try Self.made("ts", options), share: 0.6)
            case "drmi": EncryptedVideos.renaming("avc1", to: "drmi", in: try Self.made("mp4", options))
            default: try Self.made("mp4", "\(options) \(EncryptedVideos.options.joined(separator: " "))")
            }
        let found = try Self.inspection(scheme == "piff" ? EncryptedVideos.piff(bytes) : bytes)
        #expect(found.type.isVideo)
        #expect(found.dimensions == PixelSize(width: 320, height: 180))
        #expect(found.media?.tags["encryption"] == scheme)
        #expect(found.media?.isEncrypted == true)
        if scheme == "scrambled" { return }
        #expect(abs((found.durationSeconds ?? 0) - 6) < 0.1)
        #expect(found.thumbHash == nil)
    }

    @Test("G2: a clear video says nothing of encryption", arguments: ["mp4", "webm", "ts", "mpg", "wmv"])
    func clear(fileExtension: String) throws {
        let found = try Self.inspection(Self.made(fileExtension, Self.both))
        #expect(found.media?.isEncrypted == false)
        #expect(found.thumbHash != nil)
    }
}
