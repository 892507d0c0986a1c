import FoundationEssentials
package import MediaCore

/// Films as HTTP Live Streaming (RFC 8216), without transcoding: playlists are written for each request, segments are renditions.
package struct StreamService: Sendable {
    private let files: FileService
    private let renditions: RenditionService

    package init(files: FileService, renditions: RenditionService) {
        self.files = files
        self.renditions = renditions
    }

    /// What a request for a part of a stream is answered with.
    package enum Answer: Sendable {
        /// - Parameter isOfVersion: whether the film's version decides all of it. Subtitles come and go without another one.
        case playlist(String, isOfVersion: Bool)
        /// Made from this file: the film, or subtitles beside it.
        /// - Parameter version: the `v` in its address of today.
        case rendition(RenditionService.Rendition, of: MediaFile, version: String)
    }

    /// - Parameter version: the `v` of the address; nil without one.
    /// - Throws: `not_found` for parts that the film does not have, or that belong to a film that was replaced;
    ///   `not_streamable`, `file_damaged`, `busy`.
    package func answer(
        _ address: StreamAddress,
        of film: FileService.Opened,
        version: String?
    ) async throws(MediaError) -> Answer {
        switch address {
        case .index: return .playlist(try await self.index(of: film), isOfVersion: false)
        case .segments(let tracks):
            try Self.check(version, film.record)
            let stream = try await self.description(of: film)
            try Self.check(tracks, in: stream)
            let playlist = MediaPlaylist(stream, tracks: tracks, version: film.record.version.digest.prefix)
            return .playlist(playlist.text, isOfVersion: true)
        case .initialization(let tracks):
            try Self.check(version, film.record)
            try Self.check(tracks, in: try await self.description(of: film))
            return try await self.part(.initialization(tracks), of: film)
        case .segment(let number, let tracks, let container):
            try Self.check(version, film.record)
            let stream = try await self.description(of: film)
            try Self.check(tracks, in: stream)
            guard number < stream.segmentSeconds.count, container == stream.container else { throw Self.notFound }
            return try await self.part(.segment(number, tracks, container), of: film)
        case .subtitleSegments(let name):
            try Self.check(version, film.record)
            return try await self.subtitlePlaylist(name, of: film)
        case .subtitles(let name):
            return try await self.subtitles(name, of: film, version: version)
        }
    }

    private func part(_ part: StreamPart, of file: FileService.Opened) async throws(MediaError) -> Answer {
        try await self.part(part, of: file, version: file.record.version.digest.prefix)
    }

    private func part(
        _ part: StreamPart,
        of file: FileService.Opened,
        version: String
    ) async throws(MediaError) -> Answer {
        let key = RenditionKey(digest: file.record.version.digest, recipe: .stream(part))
        return .rendition(try await self.renditions.rendition(key, of: file), of: file.record, version: version)
    }

    /// Made once by a worker, kept like any rendition.
    private func description(of film: FileService.Opened) async throws(MediaError) -> StreamDescription {
        let key = RenditionKey(digest: film.record.version.digest, recipe: .stream(.description))
        let rendition = try await self.renditions.rendition(key, of: film)
        let bytes = try await self.files.store.contents(
            of: rendition.file,
            limit: StreamDescription.maximumLengthBytes
        )
        guard let stream = try? JSONDecoder().decode(StreamDescription.self, from: Data(bytes)), stream.isPlausible
        else { throw MediaError(.processingFailed, "What a worker said of this film cannot be.") }
        return stream
    }

    /// An address with a version is of that one only: a player that goes on after the film was replaced must not get pieces of the
    /// new one.
    private static func check(_ version: String?, _ film: MediaFile) throws(MediaError) {
        try Self.check(version, film.version.digest.prefix)
    }

    private static func check(_ version: String?, _ present: String) throws(MediaError) {
        guard version == nil || version == present else {
            throw MediaError(.notFound, "This stream is of a film that was replaced; load its index.m3u8 again.")
        }
    }

    private static func check(_ tracks: StreamTracks, in stream: StreamDescription) throws(MediaError) {
        guard case .audio(let number) = tracks else { return }
        guard stream.container == .fragments, stream.audio.contains(where: { $0.number == number }) else {
            throw Self.notFound
        }
    }

    private static let notFound = MediaError(.notFound, "The stream of this film has no such part.")
}

// MARK: Subtitles

extension StreamService {
    private func index(of film: FileService.Opened) async throws(MediaError) -> String {
        let stream = try await self.description(of: film)
        let files = try await self.subtitleFiles(of: film.record).map { subtitles in
            MasterPlaylist.Subtitles(name: .file(language: subtitles.language), language: subtitles.language)
        }
        let tracks = stream.captions.map { track in
            MasterPlaylist.Subtitles(name: .track(track.number), language: track.language.map(LanguageTag.tag))
        }
        let version = film.record.version.digest.prefix
        return MasterPlaylist(stream: stream, subtitles: files + tracks, version: version).text
    }

    private func subtitlePlaylist(
        _ name: StreamAddress.SubtitleName,
        of film: FileService.Opened
    ) async throws(MediaError) -> Answer {
        let stream = try await self.description(of: film)
        let version: String
        let isOfVersion: Bool
        switch name {
        case .file(let language):
            version = Self.version(of: try await self.subtitleFile(language, of: film.record), beside: film.record)
            isOfVersion = false
        case .track(let number):
            guard stream.captions.contains(where: { $0.number == number }) else { throw Self.notFound }
            version = film.record.version.digest.prefix
            isOfVersion = true
        }
        return .playlist(
            MediaPlaylist(subtitles: name, for: stream, version: version).text,
            isOfVersion: isOfVersion
        )
    }

    /// Both decide what is sent: the subtitles their words, the film when they begin.
    private static func version(of subtitles: MediaFile, beside film: MediaFile) -> String {
        "\(film.version.digest.prefix)-\(subtitles.version.digest.prefix)"
    }

    private func subtitles(
        _ name: StreamAddress.SubtitleName,
        of film: FileService.Opened,
        version: String?
    ) async throws(MediaError) -> Answer {
        let stream = try await self.description(of: film)
        switch name {
        case .track(let number):
            try Self.check(version, film.record)
            guard stream.captions.contains(where: { $0.number == number }) else { throw Self.notFound }
            return try await self.part(.captions(track: number), of: film)
        case .file(let language):
            let file = try await self.files.open(try await self.subtitleFile(language, of: film.record).path)
            let present = Self.version(of: file.record, beside: film.record)
            try Self.check(version, present)
            return try await self.part(.subtitles(lead: stream.lead), of: file, version: present)
        }
    }

    private func subtitleFile(_ language: String, of film: MediaFile) async throws(MediaError) -> MediaFile {
        guard let found = try await self.subtitleFiles(of: film).first(where: { $0.language == language }) else {
            throw Self.notFound
        }
        return found.file
    }

    /// Files beside the film, named like it with a language: `movie1.mp4`, `movie1.fr.srt`.
    private func subtitleFiles(of film: MediaFile) async throws(MediaError) -> [(language: String, file: MediaFile)] {
        let beginning = "\(film.name.text)."
        let filter = FileFilter(collection: film.collection, pathPrefix: "\(film.collection)/\(beginning)")
        let page = try await self.files.list(filter, before: nil, limit: Self.maximumFiles)
        let found = page.files.compactMap { file -> (language: String, file: MediaFile)? in
            guard file.type.isSubtitles, file.name.text.hasPrefix(beginning) else { return nil }
            let language = String(file.name.text.dropFirst(beginning.count))
            return LanguageTag.isPlausible(language) ? (language, file) : nil
        }
        return found.sorted { $0.language < $1.language }
    }

    private static let maximumFiles = 200
}
