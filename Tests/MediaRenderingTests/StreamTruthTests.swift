import FoundationEssentials
import Glibc
import MediaCore
import MediaRendering
import Testing

/// What playlists say of videos that ffmpeg makes of a clip of 5 seconds, 1280 x 720.
@Suite("Streams tell the truth")
struct StreamTruthTests {
    /// A video made by ffmpeg. In the command `%` is the clip.
    private struct Film {
        var bytes: [UInt8]

        init(_ command: String) throws {
            // Unique: the name of a file.
            let path = "/tmp/mediad-test-\(UInt64.random(in: 0...(.max))).mp4"
            defer { unlink(path) }
            try Self.shell(
                "ffmpeg -v error -y \(command) \(path)".replacing("%", with: Pictures.fixture("clip-5s.mp4"))
            )
            self.bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }

        func part(_ part: StreamPart) throws -> [UInt8] {
            var template = Array("/tmp/mediad-test-XXXXXX".utf8CString)
            let source = mkstemp(&template)
            try #require(source >= 0)
            unlink(&template)
            defer { close(source) }
            try #require(self.bytes.withUnsafeBytes { pwrite(source, $0.baseAddress, $0.count, 0) } == self.bytes.count)
            return try StreamParts.render(source, .mp4, part)
        }

        func description() throws -> StreamDescription {
            try JSONDecoder().decode(StreamDescription.self, from: Data(try self.part(.description)))
        }

        /// Each picture of the stream: when it is shown, and whether it lasts.
        func pictures() throws -> [Double] {
            let stream = try self.description()
            var whole = try self.part(.initialization(.main))
            for number in stream.segmentSeconds.indices { whole += try self.part(.segment(number, .main, .fragments)) }
            // Unique: the names of files.
            let path = "/tmp/mediad-test-\(UInt64.random(in: 0...(.max)))"
            defer {
                unlink(path)
                unlink(path + ".txt")
            }
            try Data(whole).write(to: URL(fileURLWithPath: path))
            try Self.shell(
                "ffprobe -v error -select_streams v -show_entries packet=pts_time -of csv=p=0 \(path) >\(path).txt"
            )
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + ".txt")), as: UTF8.self)
            return text.split { "\n,".contains($0) }.compactMap { Double($0) }.sorted()
        }

        static func shell(_ line: String) throws {
            var process: pid_t = 0
            var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(line), nil]
            defer { for argument in arguments { free(argument) } }
            try #require(posix_spawnp(&process, "sh", nil, nil, &arguments, environ) == 0)
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0 && errno == EINTR {}
            try #require(status == 0, "\(line)")
        }
    }

    private static let encoded = "-c:v libx264 -preset ultrafast -vf scale=160:-2 -r 25 -g 250 -bf 2"

    @Test("a beginning that was cut off between key frames is decoded and not shown", arguments: [1.0, 2.48])
    func trimmed(seconds: Double) throws {
        let whole = try Film("-i % \(Self.encoded) -an")
        try Data(whole.bytes).write(to: URL(fileURLWithPath: "/tmp/mediad-test-whole-\(seconds).mp4"))
        defer { unlink("/tmp/mediad-test-whole-\(seconds).mp4") }
        let film = try Film("-ss \(seconds) -i /tmp/mediad-test-whole-\(seconds).mp4 -c copy")
        let stream = try film.description()
        let all = stream.segmentSeconds.reduce(0, +)
        let left = try whole.description().segmentSeconds.reduce(0, +) - seconds
        #expect(abs(all - left) < 0.15, "\(all) of \(left)")
        #expect(stream.framesPerSecond == 25)
        let start = try #require(stream.startSeconds)
        let pictures = try film.pictures()
        let hidden = pictures.filter { $0 < start - 0.001 }
        #expect(Double(hidden.count) >= seconds * 25 - 3, "\(hidden.count)")
        #expect(start < 0.2, "what is hidden passes in no time")
    }

    @Test("no picture is shown before it is decoded, whatever the offsets of the file")
    func signedOffsets() throws {
        let film = try Film("-i % \(Self.encoded) -an -movflags +negative_cts_offsets")
        for number in try film.description().segmentSeconds.indices {
            let segment = try film.part(.segment(number, .main, .fragments))
            let run = try #require(segment.firstRange(of: Array("trun".utf8))).upperBound
            let count = Self.number(segment, run + 4)
            #expect(count > 10)
            for index in 0..<count {
                #expect(Int32(truncatingIfNeeded: Self.number(segment, run + 12 + 16 * index + 12)) >= 0)
            }
        }
    }

    @Test("the first segment lasts from the video's beginning, also where its picture comes late")
    func late() throws {
        let film = try Film("-itsoffset 1 -i % -f lavfi -i sine=d=5 -map 0:v -map 1:a \(Self.encoded) -c:a aac")
        let stream = try film.description()
        let prompt = try Film("-i % \(Self.encoded) -an").description()
        let late = stream.segmentSeconds.reduce(0, +) - prompt.segmentSeconds.reduce(0, +)
        #expect(abs(late - 1) < 0.1, "\(stream.segmentSeconds)")
    }

    @Test("chapters are no subtitles, and disabled text is none; one of several is")
    func chapters() throws {
        let metadata = "/tmp/mediad-test-chapters-\(getpid()).txt"
        let text = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=One\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: metadata))
        defer { unlink(metadata) }
        let film = try Film("-i % -i \(metadata) -map_chapters 1 -map 0:v -c copy")
        #expect(film.bytes.firstRange(of: Array("chap".utf8)) != nil)
        #expect(try film.description().captions.isEmpty)
    }

    @Test("(C6) forced subtitles are FORCED, and the bit rate has room for the largest sound")
    func forced() throws {
        let subtitles = "/tmp/mediad-test-subtitles-\(getpid()).srt"
        try Data("1\n00:00:01,000 --> 00:00:02,000\nHello\n".utf8).write(to: URL(fileURLWithPath: subtitles))
        defer { unlink(subtitles) }
        let maps = "-map 0:v -map 1:a -map 2:a -map 3 -map 3 -c:v copy -c:a aac -b:a:0 32k -b:a:1 320k -c:s mov_text"
        let inputs = "-i % -f lavfi -i sine=d=5 -f lavfi -i anoisesrc=d=5 -i \(subtitles)"
        let film = try Film("\(inputs) \(maps) -disposition:s:0 default -disposition:s:1 forced")
        let stream = try film.description()
        #expect(stream.captions.map(\.isForced) == [false, true])
        let one = try Film("\(inputs) -map 0:v -map 1:a -c:v copy -c:a aac -b:a 32k").description()
        #expect(stream.peakBitRate > one.peakBitRate + 200_000)
    }

    @Test("(C6) CODECS has those of every sound, each once")
    func codecs() throws {
        let maps = "-map 0:v -map 1:a -map 1:a -map 1:a -c:v copy -c:a aac"
        var film = try Film("-i % -f lavfi -i sine=d=5 \(maps)")
        #expect(try film.description().codecs.dropFirst() == ["mp4a.40.2"])
        // The last sound in another profile: its object type is the first five bits of the decoder's configuration.
        let record = try #require(film.bytes.ranges(of: [0x05, 0x80, 0x80, 0x80]).last).upperBound
        film.bytes[record + 1] = film.bytes[record + 1] & 0x07 | 1 << 3
        #expect(try film.description().codecs.dropFirst() == ["mp4a.40.2", "mp4a.40.1"])
    }

    @Test(
        "(C6) RESOLUTION is the size at which players show it",
        arguments: [
            ("-vf scale=176:144,setsar=16/11", 256, 144), ("-vf scale=160:90", 160, 90),
            ("-vf scale=720:576,setsar=64/45", 1024, 576),
        ]
    )
    func size(filter: String, width: Int, height: Int) throws {
        let film = try Film("-t 1 -i % \(filter) -c:v libx264 -preset ultrafast -an")
        #expect(try film.description().dimensions == PixelSize(width: width, height: height))
    }

    @Test(
        "(C6) RESOLUTION of a picture that is turned, or turned and mirrored, has its sides exchanged",
        arguments: [
            ([0, 0x10000, 0, 0x10000, 0, 0], "", 90, 160), ([0, 0x10000, 0, 0xFFFF_0000, 0, 0], "", 90, 160),
            ([0, 0xFFFF_0000, 0, 0x10000, 0, 0], "", 90, 160), ([0, 0xFFFF_0000, 0, 0xFFFF_0000, 0, 0], "", 90, 160),
            ([0xFFFF_0000, 0, 0, 0, 0xFFFF_0000, 0], "", 160, 90),
            ([0, 0x10000, 0, 0xFFFF_0000, 0, 0], ",setsar=2/1", 90, 320),
        ] as [([UInt32], String, Int, Int)]
    )
    func transposed(turning: [UInt32], shape: String, width: Int, height: Int) throws {
        var film = try Film("-t 1 -i % -vf scale=160:90\(shape) -c:v libx264 -preset ultrafast -an")
        let header = try #require(film.bytes.firstRange(of: Array("tkhd".utf8))).upperBound
        let matrix = turning + [0, 0, 0x4000_0000]
        let bytes = matrix.flatMap { value in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
        film.bytes.replaceSubrange(header + 40..<header + 76, with: bytes)
        #expect(try film.description().dimensions == PixelSize(width: width, height: height))
    }

    @Test(
        "(C6) H.265 with its parameter sets in the record is hvc1, whatever the file says",
        arguments: ["hev1", "hvc1"]
    )
    func name(tag: String) throws {
        let film = try Film(
            "-t 1 -i % -vf scale=160:90 -c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v \(tag) -an"
        )
        #expect(try film.description().codecs.first?.hasPrefix("hvc1.") == true)
        let initialization = try film.part(.initialization(.main))
        #expect(initialization.firstRange(of: Array("hvc1".utf8)) != nil)
        #expect(initialization.firstRange(of: Array("hev1".utf8)) == nil)
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
