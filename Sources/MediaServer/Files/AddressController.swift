import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `GET /api/media/{id}/addresses`: the URLs to purge from a cache in front when the file was replaced or is about to be deleted.
struct AddressController: Sendable {
    let files: FileService
    let renditions: RenditionService

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.addresses, .get, .head) { _, context in
            guard let id = MediaID(context.pathID) else {
                throw MediaError(.notFound, "There is no file with this id; ids are UUIDs.")
            }
            return try JSON.response(
                AddressList(addresses: try await self.addresses(of: try await self.files.file(id: id)))
            )
        }
    }

    /// All URLs that the daemon gives out for a file, each also without its version, below both roots, under the present path, under
    /// the former ones and without the extension.
    private func addresses(of file: MediaFile) async throws -> [String] {
        let picture = FileAddresses(
            file,
            presets: self.renditions.presets(of: file),
            formats: self.renditions.rules.formats
        )
        var below = picture.relative
        if let storyboard = self.renditions.storyboard(of: file) { below += Self.addresses(of: storyboard, file) }
        if file.type.isStreamable { below += await self.streamAddresses(of: file) }
        let former = try await self.files.formerPaths(of: file.id).map(\.text)
        let paths = [file.path.text, "\(file.collection)/\(file.name.text)"] + former
        var seen: Set<String> = []
        return paths.flatMap { path in
            ["/files/", "/api/files/"].flatMap { root in below.map { PercentPath.encode(path: path, under: root) + $0 }
            }
        }.filter { seen.insert($0).inserted }
    }

    private static func addresses(of storyboard: Storyboard, _ file: MediaFile) -> [String] {
        let version = file.version.digest.prefix
        var addresses = ["/storyboard.vtt", "/storyboard.vtt?v=\(version)"]
        for format in StoryboardPath.formats {
            addresses += ["", "&v=\(version)"].map { "/storyboard.vtt?format=\(format.rawValue)\($0)" }
            var sheets: Set<String> = []
            let track = storyboard.track { number in
                let path = StoryboardPath.path(ofSheet: number, format: format, version: version)
                sheets.insert(path)
                return path
            }
            guard !track.isEmpty else { continue }
            addresses += sheets.sorted().flatMap { ["/\($0)", "/\($0.prefix { $0 != "?" })"] }
        }
        return addresses
    }

    /// What the playlists name, playlists first. A video that cannot be streamed has none.
    private func streamAddresses(of file: MediaFile) async -> [String] {
        guard let video = try? await self.files.open(file.path) else { return [] }
        let streams = StreamService(files: self.files, renditions: self.renditions)
        var waiting = ["index.m3u8", "index.m3u8?v=\(file.version.digest.prefix)"]
        var found: [String] = []
        var read: Set<String> = []
        while let next = waiting.popLast() {
            let name = String(next.prefix { $0 != "?" })
            found.append("/hls/\(next)")
            if name != next { found.append("/hls/\(name)") }
            guard name.hasSuffix(".m3u8"), read.insert(name).inserted, let resource = StreamResource(name),
                case .playlist(let text, _)? = try? await streams.response(to: resource, of: video, version: nil)
            else { continue }
            waiting += PlaylistAddresses.addresses(in: text)
        }
        return read.isEmpty || found.count <= 3 ? [] : found
    }
}

/// The body of the response.
private struct AddressList: Encodable {
    var addresses: [String]
}

/// What stands behind a file's path in the URLs of the file and its pictures.
struct FileAddresses {
    /// Beginning with the URL without a query.
    let relative: [String]

    init(_ file: MediaFile, presets: [Preset], formats: [RenditionFormat]) {
        let versions = [file.version.digest.prefix, file.pictureVersion]
        var queries = ["original", "download"]
        for format in [nil] + Self.all(formats).map(Optional.some) where !presets.isEmpty || format == nil {
            let suffix = format.map { "format=\($0.rawValue)" }
            queries += ([nil] + presets.map { "preset=\($0.name)" }).compactMap { preset in
                let parts = [preset, suffix].compactMap { $0 }
                return parts.isEmpty ? nil : parts.joined(separator: "&")
            }
        }
        var seen: Set<String> = []
        let all =
            [""] + versions.map { "?v=\($0)" }
            + queries.flatMap { query in ["?\(query)"] + versions.map { "?\(query)&v=\($0)" } }
        self.relative = all.filter { seen.insert($0).inserted }
    }

    /// Every format can be asked for by its name, also one that is not offered by itself.
    private static func all(_ formats: [RenditionFormat]) -> [RenditionFormat] {
        formats + RenditionFormat.allCases.filter { !formats.contains($0) }
    }
}

/// The URLs in a playlist (RFC 8216 section 4.1): lines without `#`, and the attribute `URI`.
enum PlaylistAddresses {
    static func addresses(in playlist: String) -> [String] {
        playlist.split(whereSeparator: \.isNewline).compactMap { line in
            guard line.hasPrefix("#") else { return String(line) }
            guard let mark = line.firstRange(of: "URI=\"") else { return nil }
            return String(line[mark.upperBound...].prefix { $0 != "\"" })
        }
    }
}
