import MediaCore
import MediaTesting
import Testing

/// Recordings of Chromium's MediaRecorder, and what ffmpeg writes into pipes.
@Suite("C3: recordings of browsers become seekable")
struct RecordedFileTests {
    struct Recording: Sendable, CustomTestStringConvertible {
        var name: String
        var type: MediaType
        /// What FFmpeg cannot say of the file as it came.
        var seconds: ClosedRange<Double>
        var fileExtension: String { String(self.name.split(separator: ".").last ?? "") }
        var testDescription: String { self.name }
    }

    static let recordings = [
        Recording(name: "vp8.webm", type: .webm, seconds: 2.4...2.5),
        Recording(name: "h264.webm", type: .webm, seconds: 2.4...2.6),
        Recording(name: "opus.webm", type: .audioWebM, seconds: 2.4...2.5),
        Recording(name: "h264.mp4", type: .mp4, seconds: 2.5...2.51),
        Recording(name: "vp9.mp4", type: .mp4, seconds: 2.47...2.48),
        Recording(name: "opus.mp4", type: .audioMP4, seconds: 2.42...2.43),
    ]

    /// Track, time, size and digest of every packet. Of fragments FFmpeg makes up how long packets last, and their order.
    static func packets(_ bytes: [UInt8], _ fileExtension: String) throws -> [String] {
        try Tool.run("ffmpeg -v error -i % -map 0 -c copy -copyts -f framemd5 -", on: bytes, fileExtension)
            .split(separator: "\n").filter { $0.first?.isNumber == true }
            .map { line in
                let fields = line.split(separator: ",").map { $0.filter { $0 != " " } }
                return [fields[0], fields[2], fields[4], fields[5]].joined(separator: " ")
            }
            .sorted()
    }

    static func seconds(_ bytes: [UInt8], _ fileExtension: String) throws -> Double? {
        let text = try Tool.run(
            "ffprobe -v error -show_entries format=duration -of csv=p=0 %",
            on: bytes,
            fileExtension
        )
        return Double(text.filter { !$0.isNewline })
    }

    @Test("C3: with its length, and every frame and its time as before", arguments: recordings)
    func recorded(_ recording: Recording) throws {
        let source = try Rewritten.fixture("recordings/\(recording.name)")
        let bytes = try #require(try Rewritten.bytes(source, recording.type, .indexing))
        let seconds = try #require(try Self.seconds(bytes, recording.fileExtension))
        #expect(recording.seconds.contains(seconds), "\(seconds)")
        let packets = try Self.packets(source, recording.fileExtension)
        #expect(packets.count > 30)
        #expect(try Self.packets(bytes, recording.fileExtension) == packets)
        #expect(try Rewritten.bytes(bytes, recording.type, .indexing) == nil, "once is enough")
        #expect(try Rewritten.bytes(bytes, recording.type, .fastStart) == nil)
    }

    static let picture = "ffmpeg -v error -y -f lavfi -i testsrc=s=64x36:r=25:d=4 -f lavfi -i sine=d=4 "
    static let films = [
        ("webm", "-c:v libvpx -g 25 -c:a libopus -f webm -live 1"),
        ("webm", "-c:v libvpx-vp9 -g 25 -c:a libvorbis -f webm -live 1"),
        ("mkv", "-c:v libx264 -g 25 -bf 2 -c:a aac -f matroska -live 1"),
        ("mkv", "-c:v mjpeg -c:a flac -f matroska -live 1"),
        ("mp4", "frag_keyframe+empty_moov"), ("mp4", "frag_keyframe+empty_moov+default_base_moof"),
        ("mp4", "frag_keyframe+delay_moov"), ("mp4", "frag_keyframe"), ("mp4", "dash"),
        ("mp4", "frag_every_frame+empty_moov"),
        ("mp4", "frag_keyframe+empty_moov+omit_tfhd_offset"), ("mp4", "frag_keyframe+empty_moov+separate_moof"),
    ]

    @Test("C3: of ffmpeg's live files and fragments too, and players land where they jump to", arguments: films)
    func made(fileExtension: String, options: String) throws {
        let codecs =
            fileExtension == "mp4" ? "-c:v libx264 -g 25 -bf 2 -pix_fmt yuv420p -c:a aac -movflags \(options)" : options
        let source = try Tool.bytes(Self.picture + codecs, of: [], "txt", into: fileExtension)
        let type: MediaType = fileExtension == "mp4" ? .mp4 : fileExtension == "webm" ? .webm : .matroska
        let bytes = try #require(try Rewritten.bytes(source, type, .indexing))
        let seconds = try #require(try Self.seconds(bytes, fileExtension))
        #expect((3.99...4.1).contains(seconds), "\(seconds)")
        #expect(try Self.packets(bytes, fileExtension) == Self.packets(source, fileExtension))
        let frame = "-map 0:v -frames:v 1 -f rawvideo - | md5sum"
        let jumped = try Tool.run("ffmpeg -v error -ss 2.6 -i % \(frame)", on: bytes, fileExtension)
        #expect(try Tool.run("ffmpeg -v error -i % -ss 2.6 \(frame)", on: source, fileExtension) == jumped)
        #expect(try Rewritten.bytes(bytes, type, .indexing) == nil)
    }

    @Test("C3: negative composition offsets are in their place: of fragments FFmpeg shows them late")
    func negativeOffsets() throws {
        let codecs = "-c:v libx264 -g 25 -bf 2 -pix_fmt yuv420p -c:a aac -movflags "
        let late = try Tool.bytes(Self.picture + codecs + "cmaf+frag_keyframe", of: [], "txt", into: "mp4")
        let plain = try Tool.bytes(Self.picture + codecs + "empty_moov+frag_keyframe", of: [], "txt", into: "mp4")
        let bytes = try #require(try Rewritten.bytes(late, .mp4, .indexing))
        let first = try Tool.run(
            "ffprobe -v error -select_streams v -show_entries stream=start_time -of csv=p=0 %",
            on: bytes,
            "mp4"
        )
        #expect(Double(first.filter { !$0.isNewline }) == 0)
        #expect(try Self.packets(bytes, "mp4").count == Self.packets(plain, "mp4").count)
    }

    @Test("C3: files with an index stay as they are, byte for byte; encrypted fragments too")
    func untouched() throws {
        let key = "-encryption_key 76a6c65c5ea762046bd749a2e632ccbb -encryption_kid a7e61c373e219033c21091fa607bf3b8"
        let coded = "-c:v libx264 -g 25 -pix_fmt yuv420p -c:a aac "
        for (fileExtension, options) in [
            ("webm", "-c:v libvpx -c:a libopus"), ("mkv", coded), ("mp4", coded),
            ("mp4", coded + "-movflags +faststart"),
            ("mp4", coded + "-movflags frag_keyframe+delay_moov+global_sidx"),
            ("mp4", coded + "-encryption_scheme cenc-aes-ctr \(key) -movflags frag_keyframe+empty_moov"),
        ] {
            let source = try Tool.bytes(Self.picture + options, of: [], "txt", into: fileExtension)
            let type: MediaType = fileExtension == "mp4" ? .mp4 : fileExtension == "webm" ? .webm : .matroska
            #expect(try Rewritten.bytes(source, type, .indexing) == nil, "\(options)")
        }
    }
}
