import Access
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
            let file = try await self.files.file(of: context) { .readRecord($0) }
            let addresses = try await self.addresses(of: file, for: try context.asker)
            return try JSON.response(AddressList(addresses: addresses))
        }
    }

    /// All URLs that the daemon gives out for a file, each also without its version, below both roots, under the present path, under
    /// the former ones and without the extension.
    private func addresses(of file: MediaFile, for asker: RequestAccess) async throws -> [String] {
        let picture = FileAddresses(
            file,
            presets: self.renditions.presets(of: file),
            formats: self.renditions.rules.formats
        )
        var below = picture.relative
        if let storyboard = self.renditions.storyboard(of: file) { below += Self.addresses(of: storyboard, file) }
        if file.media?.chapters.isEmpty == false {
            below += ["", "?v=\(file.version.digest.prefix)"].map { "/chapters.vtt\($0)" }
        }
        let streams = StreamAddresses(files: self.files, renditions: self.renditions, asker: asker)
        if file.type.isStreamable { below += try await streams.addresses(of: file) }
        var addresses = try await self.absolute(below, of: file)
        // What is made from subtitles stands below the video beside them.
        for video in try await streams.videos(beside: file) {
            let all = try await streams.addresses(of: video)
            addresses += try await self.absolute(
                all.filter { StreamAddresses.followsSubtitles($0, of: video) },
                of: video
            )
        }
        var seen: Set<String> = []
        return addresses.filter { seen.insert($0).inserted }
    }

    private func absolute(_ below: [String], of file: MediaFile) async throws -> [String] {
        let former = try await self.files.formerPaths(of: file.id).map(\.text)
        return ([file.path.text, "\(file.collection)/\(file.name.text)"] + former).flatMap { path in
            ["/files/", "/api/files/"].flatMap { root in below.map { PercentPath.encode(path: path, under: root) + $0 }
            }
        }
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
        // Only of what moves is `still` another picture.
        let stills = (file.frames ?? 1) > 1 ? [nil, "still"] : [nil]
        for format in [nil] + Self.all(formats).map(Optional.some) where !presets.isEmpty || format == nil {
            let suffix = format.map { "format=\($0.rawValue)" }
            for preset in [nil] + presets.map({ "preset=\($0.name)" }) {
                for still in stills {
                    let parts = [preset, suffix, still].compactMap { $0 }
                    if !parts.isEmpty { queries.append(parts.joined(separator: "&")) }
                }
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
