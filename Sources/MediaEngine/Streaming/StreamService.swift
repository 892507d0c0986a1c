import FoundationEssentials
package import MediaCore

/// Videos as HTTP Live Streaming (RFC 8216), without transcoding: playlists are written for each request, segments are renditions.
package struct StreamService: Sendable {
    private let files: FileService
    private let renditions: RenditionService
    private let mayUse: @Sendable (MediaFile) -> Bool

    /// - Parameters:
    ///   - files: finds the video, and subtitles beside it.
    ///   - renditions: makes and keeps segments.
    ///   - mayUse: whether subtitles beside the video are for whoever asks: a right to read a video is none to read other files.
    package init(
        files: FileService,
        renditions: RenditionService,
        mayUse: @escaping @Sendable (MediaFile) -> Bool
    ) {
        self.files = files
        self.renditions = renditions
        self.mayUse = mayUse
    }

    /// What the response to a request for a part of a stream is made of.
    package enum Response: Sendable {
        /// - Parameter isOfVersion: whether the video's version decides all of it. Subtitles come and go without another one.
        case playlist(String, isOfVersion: Bool)
        /// Made from this file: the video, or subtitles beside it.
        /// - Parameter version: the `v` that its URL has today.
        case rendition(RenditionService.Rendition, of: MediaFile, version: String)
    }

    /// - Parameter version: the `v` of the request's URL; nil without one.
    /// - Throws: `not_found` for parts that the video does not have, or that belong to a video that was replaced;
    ///   `not_streamable`, `file_damaged`, `busy`.
    package func response(
        to resource: StreamResource,
        of video: FileService.Opened,
        version: String?
    ) async throws(MediaError) -> Response {
        switch resource {
        case .index: return .playlist(try await self.index(of: video), isOfVersion: false)
        case .segments(let tracks):
            try Self.check(version, video.record)
            let stream = try await self.description(of: video)
            try Self.check(tracks, in: stream)
            let playlist = MediaPlaylist(stream, tracks: tracks, version: video.record.version.digest.prefix)
            return .playlist(playlist.text, isOfVersion: true)
        case .initialization(let tracks):
            try Self.check(version, video.record)
            try Self.check(tracks, in: try await self.description(of: video))
            return try await self.part(.initialization(tracks), of: video)
        case .segment(let number, let tracks, let container):
            try Self.check(version, video.record)
            let stream = try await self.description(of: video)
            try Self.check(tracks, in: stream)
            guard number < stream.segmentSeconds.count, container == stream.container else { throw Self.notFound }
            return try await self.part(.segment(number, tracks, container), of: video)
        case .subtitleSegments(let name):
            try Self.check(version, video.record)
            return try await self.subtitlePlaylist(name, of: video)
        case .subtitles(let name):
            return try await self.subtitles(name, of: video, version: version)
        }
    }

    private func part(_ part: StreamPart, of file: FileService.Opened) async throws(MediaError) -> Response {
        try await self.part(part, of: file, version: file.record.version.digest.prefix)
    }

    private func part(
        _ part: StreamPart,
        of file: FileService.Opened,
        version: String
    ) async throws(MediaError) -> Response {
        let key = RenditionKey(digest: file.record.version.digest, recipe: .stream(part))
        return .rendition(try await self.renditions.rendition(key, of: file), of: file.record, version: version)
    }

    /// Made once by a worker, kept like any rendition.
    private func description(of video: FileService.Opened) async throws(MediaError) -> StreamDescription {
        let key = RenditionKey(digest: video.record.version.digest, recipe: .stream(.description))
        let rendition = try await self.renditions.rendition(key, of: video)
        let bytes = try await self.renditions.contents(
            of: rendition,
            limit: StreamDescription.maximumLengthBytes
        )
        guard let stream = try? JSONDecoder().decode(StreamDescription.self, from: Data(bytes)), stream.isPlausible
        else { throw MediaError(.processingFailed, "What a worker said of this video cannot be.") }
        return stream
    }

    /// A URL with a version is of that one only: a player that goes on after the video was replaced must not get pieces of the
    /// new one.
    private static func check(_ version: String?, _ video: MediaFile) throws(MediaError) {
        try Self.check(version, video.version.digest.prefix)
    }

    private static func check(_ version: String?, _ present: String) throws(MediaError) {
        guard version == nil || version == present else {
            throw MediaError(.notFound, "This stream is of a video that was replaced; load its playlist again.")
        }
    }

    private static func check(_ tracks: StreamTracks, in stream: StreamDescription) throws(MediaError) {
        guard case .audio(let number) = tracks else { return }
        guard stream.container == .fragments, stream.audio.contains(where: { $0.number == number }) else {
            throw Self.notFound
        }
    }

    private static let notFound = MediaError(.notFound, "The stream of this video has no such part.")
}

// MARK: Subtitles

extension StreamService {
    private func index(of video: FileService.Opened) async throws(MediaError) -> String {
        let stream = try await self.description(of: video)
        let files = try await self.subtitleFiles(of: video.record).map { subtitles in
            MasterPlaylist.Subtitles(name: .file(language: subtitles.language), language: subtitles.language)
        }
        let tracks = stream.captions.map { track in
            MasterPlaylist.Subtitles(
                name: .track(track.number),
                language: track.language.map(LanguageTag.tag),
                isForced: track.isForced
            )
        }
        let version = video.record.version.digest.prefix
        return MasterPlaylist(
            stream: stream,
            subtitles: files + tracks,
            video: video.record.name.text,
            version: version
        ).text
    }

    private func subtitlePlaylist(
        _ name: StreamResource.SubtitleName,
        of video: FileService.Opened
    ) async throws(MediaError) -> Response {
        let stream = try await self.description(of: video)
        let version: String
        let isOfVersion: Bool
        switch name {
        case .file(let language):
            version = Self.version(of: try await self.subtitleFile(language, of: video.record), beside: video.record)
            isOfVersion = false
        case .track(let number):
            guard stream.captions.contains(where: { $0.number == number }) else { throw Self.notFound }
            version = video.record.version.digest.prefix
            isOfVersion = true
        }
        return .playlist(
            MediaPlaylist(subtitles: name, for: stream, version: version).text,
            isOfVersion: isOfVersion
        )
    }

    /// Both decide what is sent: the subtitles their words, the video when they begin.
    private static func version(of subtitles: MediaFile, beside video: MediaFile) -> String {
        "\(video.version.digest.prefix)-\(subtitles.version.digest.prefix)"
    }

    private func subtitles(
        _ name: StreamResource.SubtitleName,
        of video: FileService.Opened,
        version: String?
    ) async throws(MediaError) -> Response {
        let stream = try await self.description(of: video)
        switch name {
        case .track(let number):
            try Self.check(version, video.record)
            guard stream.captions.contains(where: { $0.number == number }) else { throw Self.notFound }
            return try await self.part(.captions(track: number), of: video)
        case .file(let language):
            let file = try await self.files.open(try await self.subtitleFile(language, of: video.record).path)
            let present = Self.version(of: file.record, beside: video.record)
            try Self.check(version, present)
            return try await self.part(.subtitles(lead: stream.lead), of: file, version: present)
        }
    }

    private func subtitleFile(_ language: String, of video: MediaFile) async throws(MediaError) -> MediaFile {
        guard let found = try await self.subtitleFiles(of: video).first(where: { $0.language == language }) else {
            throw Self.notFound
        }
        return found.file
    }

    /// Files beside the video, named like it with a language: `movie1.mp4`, `movie1.fr.srt`.
    private func subtitleFiles(of video: MediaFile) async throws(MediaError) -> [(language: String, file: MediaFile)] {
        let beginning = "\(video.name.text)."
        let filter = FileFilter(collection: video.collection, pathPrefix: "\(video.collection)/\(beginning)")
        let page = try await self.files.list(filter, before: nil, limit: Self.maximumFiles)
        let found = page.files.compactMap { file -> (language: String, file: MediaFile)? in
            guard file.type.isSubtitles, file.name.text.hasPrefix(beginning), self.mayUse(file) else { return nil }
            let language = String(file.name.text.dropFirst(beginning.count))
            return LanguageTag.isPlausible(language) ? (language, file) : nil
        }
        return found.sorted { $0.language < $1.language }
    }

    private static let maximumFiles = 200
}
