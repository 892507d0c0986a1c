import BrowserTesting
import FoundationEssentials
import Glibc
import MediaTesting
import Testing

/// Videos of the tests: made with ffmpeg, sent past the page.
extension Films {
    /// What a video has beside its pictures and a tone.
    struct VideoContents: Sendable {
        var seconds = 2
        /// Three of a third each: Dawn, Noon and Night.
        var hasChapters = false
        /// English ones, a line for each second.
        var hasSubtitles = false
        /// Snow, which takes a megabyte for each second, so that no browser has all of it at once.
        var isSnow = false
        /// Padding that makes the file so many bytes long; nil: none.
        var bytes: Int?
    }

    /// Makes an MP4 file, and returns its path.
    func makeVideo(_ name: String, _ contents: VideoContents = VideoContents()) async throws -> String {
        let path = "\(self.site.directory)/\(name).mp4"
        let seconds = contents.seconds
        var inputs = [
            "-f", "lavfi", "-i", "testsrc2=s=320x180:r=12:d=\(seconds)",
            "-f", "lavfi", "-i", "sine=f=330:d=\(seconds)",
        ]
        var maps = ["-map", "0:v", "-map", "1:a"]
        if contents.hasSubtitles {
            let file = "\(self.site.directory)/\(name).srt"
            try Data(Self.subtitles(seconds).utf8).write(to: URL(filePath: file))
            inputs += ["-i", file]
            maps += ["-map", "2:s", "-c:s", "mov_text", "-metadata:s:s:0", "language=eng"]
        }
        if contents.hasChapters {
            let file = "\(self.site.directory)/\(name).txt"
            try Data(Self.chapters(seconds).utf8).write(to: URL(filePath: file))
            inputs += ["-i", file]
            maps += ["-map_chapters", contents.hasSubtitles ? "3" : "2"]
        }
        let picture =
            contents.isSnow ? ["-vf", "noise=alls=80:allf=t", "-b:v", "8M", "-minrate", "8M", "-bufsize", "8M"] : []
        let coding =
            picture + ["-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        let arguments =
            ["-v", "error", "-nostdin", "-y"] + inputs + maps + coding + ["-movflags", "+faststart", path]
        let outcome = try await ChildProcess.run(.init("ffmpeg", arguments))
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        if let bytes = contents.bytes { try Self.pad(path, to: bytes) }
        return path
    }

    private static func subtitles(_ seconds: Int) -> String {
        (0..<seconds).map { second in
            let (from, to) = (Self.two(second), Self.two(second + 1))
            return "\(second + 1)\n00:00:\(from),000 --> 00:00:\(to),000\nSecond \(second)\n"
        }.joined(separator: "\n")
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func chapters(_ seconds: Int) -> String {
        let third = seconds / 3
        return ";FFMETADATA1\n"
            + ["Dawn", "Noon", "Night"].enumerated().map { index, name in
                "[CHAPTER]\nTIMEBASE=1/1\nSTART=\(index * third)\nEND=\((index + 1) * third)\ntitle=\(name)\n"
            }.joined()
    }

    /// Appends a box of free space (ISO/IEC 14496-12, 8.1.2), sparse, but another one at each 64 KiB.
    private static func pad(_ path: String, to length: Int) throws {
        let descriptor = Glibc.open(path, O_RDWR)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let start = Int(lseek(descriptor, 0, SEEK_END))
        try #require(start + 8 <= length && length - start < 1 << 31)
        try #require(ftruncate(descriptor, off_t(length)) == 0)
        var head: [UInt8] = withUnsafeBytes(of: UInt32(length - start).bigEndian) { Array($0) } + Array("free".utf8)
        try #require(pwrite(descriptor, &head, head.count, off_t(start)) == head.count)
        for place in stride(from: start + 8, to: length - 8, by: 64 << 10) {
            var mark = UInt64(place)
            try #require(pwrite(descriptor, &mark, 8, off_t(place)) == 8)
        }
    }

    /// SHA-256 of a file, in hexadecimal digits.
    func digest(of path: String) async throws -> String {
        let outcome = try await ChildProcess.run(.init("sha256sum", [path]))
        return String(outcome.lines.first?.prefix(64) ?? "")
    }

    /// The digests of all videos that mediad has stored as complete files.
    func storedVideos() async throws -> [String] {
        try await self.site.sql(
            "SELECT encode(sha256, 'hex') FROM media.files WHERE collection = 'videos' ORDER BY created_at"
        )
    }
}

extension Account {
    /// Sends a video to mediad by a grant, and makes it the film's trailer, past the page. Returns when the film has it, ready to be played.
    func attach(trailer path: String, to movie: String) async throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let wanted: JSONValue = [
            "purpose": "trailer", "movieId": .string(movie), "size": .number(Double(bytes.count)), "type": "video/mp4",
        ]
        let grant = try await self.ask("POST", "/api/grants", wanted)
        let fields = [("Tus-Resumable", "1.0.0"), ("Authorization", "Bearer \(grant["token"].text ?? "")")]
        guard case .object(let members) = grant["metadata"] else { throw PageFailure("the grant has no metadata") }
        let metadata = members.map { "\($0.key) \(Data(($0.value.text ?? "").utf8).base64EncodedString())" }
        let service = self.films.service
        let created = try await service.request(
            "POST",
            Self.path(grant["endpoint"].text),
            fields + [("Upload-Length", "\(bytes.count)"), ("Upload-Metadata", metadata.joined(separator: ","))]
        )
        try #require(created.status == 201, "\(created.text)")
        let place = Self.path(created["Location"])
        let octets = [("Upload-Offset", "0"), ("Content-Type", "application/offset+octet-stream")]
        let sent = try await service.request("PATCH", place, fields + octets, body: bytes)
        try #require(sent.status == 204, "\(sent.text)")
        var id: String?
        try await requireEventually(within: .seconds(40)) {
            let record = try JSONValue(parsing: try await service.request("GET", place, fields).body)
            id = record["file"]["id"].text
            return id != nil
        }
        try await self.ask("PATCH", "/api/movies/\(movie)", ["trailerFileId": id.map { .string($0) } ?? .null])
        try await requireEventually(within: .seconds(40)) {
            let trailer = try await self.ask("GET", "/api/movies/\(movie)")["trailer"]
            return trailer["fileId"].text == id && trailer["durationSeconds"].number != nil
                && trailer["storyboardUrl"].text != nil
        }
    }

    private static func path(_ address: String?) -> String {
        guard let address, let scheme = address.firstRange(of: "://") else { return address ?? "" }
        return String(address[scheme.upperBound...].drop { $0 != "/" })
    }
}
