import Access
import HTTPSemantics
import HTTPTypes
import MediaCore
import MediaEngine

/// The URLs below a video under which caches may have parts of its stream.
struct StreamAddresses: Sendable {
    let files: FileService
    let renditions: RenditionService
    /// Who asks: other files than the one that it is about are told only to those who may know of them.
    let asker: RequestAccess

    private func mayKnow(of file: MediaFile) -> Bool { self.asker.allows(.readRecord(FileReference(file))) }

    /// What the playlists name, playlists first. A video that cannot be streamed has none.
    ///
    /// - Throws: what passes, such as `busy`: a list that lacks something would be worse than none.
    func addresses(of video: MediaFile) async throws -> [String] {
        let opened: FileService.Opened
        do throws(MediaError) {
            opened = try await self.files.open(video.path)
        } catch {
            return try Self.nothing(instead: error)
        }
        let streams = StreamService(files: self.files, renditions: self.renditions) { self.mayKnow(of: $0) }
        let version = "?v=\(video.version.digest.prefix)"
        var waiting = [(resource: StreamResource.index, names: Self.indexes(of: video))]
        var found: [String] = []
        var read: Set<StreamResource> = []
        while let (resource, names) = waiting.popLast() {
            guard read.insert(resource).inserted else { continue }
            let text: String
            do throws(MediaError) {
                guard
                    case .playlist(let playlist, _) = try await streams.response(to: resource, of: opened, version: nil)
                else { continue }
                text = playlist
            } catch {
                if resource == .index { return try Self.nothing(instead: error) }
                _ = try Self.nothing(instead: error)
                continue
            }
            found += names.flatMap { ["/hls/\($0)\(version)", "/hls/\($0)"] }
            for address in PlaylistAddresses.addresses(in: text) {
                let path = String(address.prefix { $0 != "?" })
                if let playlist = Self.resource(path, of: video), playlist.isPlaylist {
                    waiting.append((playlist, [path, playlist.name]))
                } else {
                    found += ["/hls/\(address)", "/hls/\(path)"]
                }
            }
        }
        return found
    }

    private static func indexes(of video: MediaFile) -> [String] {
        let stem = String(video.name.text.split(separator: "/").last ?? "")
        return ["\(stem).m3u8", "\(stem).index.m3u8"].map { PercentPath.encode(path: $0) } + [StreamResource.index.name]
    }

    /// What a URI of a playlist means.
    private static func resource(_ path: String, of video: MediaFile) -> StreamResource? {
        let name = (try? PercentPath(target: "/\(path)"))?.segments.last ?? path
        return StreamResource(name, of: video.name.text)
    }

    private static func nothing(instead error: MediaError) throws(MediaError) -> [String] {
        guard ErrorStatus.of(error.code).kind != .serverError else { throw error }
        return []
    }

    // MARK: Subtitles

    /// The videos whose streams have this file as subtitles: `movie1.mp4` for `movie1.fr.srt`.
    func videos(beside subtitles: MediaFile) async throws -> [MediaFile] {
        guard subtitles.type.isSubtitles, let dot = subtitles.name.text.lastIndex(of: ".") else { return [] }
        let name = subtitles.name.text[..<dot]
        let filter = FileFilter(
            collection: subtitles.collection,
            pathPrefix: "\(subtitles.collection)/\(name)."
        )
        let page = try await self.files.list(filter, before: nil, limit: Self.maximumFiles)
        return page.files.filter { $0.type.isStreamable && $0.name.text == name && self.mayKnow(of: $0) }
    }

    /// As many as are looked at when the stream is made.
    private static let maximumFiles = 200

    /// Whether subtitles beside the video decide what this URL of its stream has.
    static func followsSubtitles(_ address: String, of video: MediaFile) -> Bool {
        let path = address.dropFirst("/hls/".count).prefix { $0 != "?" }
        return switch Self.resource(String(path), of: video) {
        case .index, .subtitleSegments(.file), .subtitles(.file): true
        default: false
        }
    }
}

/// The URLs in a playlist (RFC 8216 section 4.1): lines without `#`, and the attribute `URI`.
enum PlaylistAddresses {
    static func addresses(in playlist: String) -> [String] {
        playlist.split(whereSeparator: \.isNewline).compactMap { line in
            line.hasPrefix("#") ? self.attribute(in: line).map { String(line[$0]) } : String(line)
        }
    }

    /// The playlist with other URLs in their places.
    static func replacing(in playlist: String, with replacement: (String) -> String) -> String {
        playlist.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line -> String in
            guard line.hasPrefix("#") else { return line.isEmpty ? "" : replacement(String(line)) }
            guard let range = self.attribute(in: line) else { return String(line) }
            return "\(line[..<range.lowerBound])\(replacement(String(line[range])))\(line[range.upperBound...])"
        }.joined(separator: "\n")
    }

    /// Where the value of a tag's attribute `URI` stands; a tag of ours has one at most.
    private static func attribute(in line: Substring) -> Range<String.Index>? {
        guard let mark = line.firstRange(of: "URI=\"") else { return nil }
        let rest = line[mark.upperBound...]
        return rest.startIndex..<(rest.firstIndex(of: "\"") ?? rest.endIndex)
    }
}
