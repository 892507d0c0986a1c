/// The rules for one top folder of the tree, from the configuration.
package struct MediaCollection: Hashable, Sendable {
    /// The folder's name, and the `collection` that clients send.
    package var name: String
    /// Who may read its files without a right of their own.
    package var access: Visibility
    /// Patterns of media types: `image/jpeg`, `image/*`, `*/*`.
    package var allowedTypes: [String]
    /// The largest file that is taken.
    package var maximumSize: ByteCount
    /// Who chooses the names.
    package var naming: Naming
    /// What an upload to a name that is taken does.
    package var replacing: Replacing
    /// The pictures that are offered of every file, by name.
    package var presets: [Preset]
    /// Who may ask for pictures that no preset describes.
    package var parameters: Parameters
    /// How long a browser or a shared cache may show a file without asking whether it is still the same.
    package var maximumAge: Duration
    /// How long after ``maximumAge`` a cache may go on showing it while it asks (RFC 5861 section 3).
    package var staleWhileRevalidate: Duration
    /// How long after ``maximumAge`` a cache may go on showing it where the daemon cannot be asked (RFC 5861 section 4).
    package var staleIfError: Duration
    /// Bytes per second that one answer sends at most on average; 0 is without limit.
    package var limitRate: ByteCount
    /// What every answer sends as fast as it can before ``limitRate`` counts.
    package var limitRateAfter: ByteCount
    /// Whether position, serial numbers and the like are taken out of files on the way in.
    package var stripsPrivateMetadata: Bool
    /// Whether videos are made playable while they are being downloaded.
    package var fastStart: FastStart
    /// How old a file may become that nothing ever linked or refers to; zero: as old as it likes.
    package var collectUnlinkedAfter: Duration

    /// Rules as the configuration has them; what it need not name has the values of the documentation.
    package init(
        name: String,
        access: Visibility = .public,
        allowedTypes: [String],
        maximumSize: ByteCount,
        naming: Naming,
        replacing: Replacing,
        presets: [Preset],
        parameters: Parameters = .signed,
        maximumAge: Duration = .zero,
        staleWhileRevalidate: Duration = .zero,
        staleIfError: Duration = .zero,
        limitRate: ByteCount = ByteCount(bytes: 0),
        limitRateAfter: ByteCount = ByteCount(bytes: 0),
        stripsPrivateMetadata: Bool = false,
        fastStart: FastStart = .keep,
        collectUnlinkedAfter: Duration = .zero
    ) {
        self.name = name
        self.access = access
        self.allowedTypes = allowedTypes
        self.maximumSize = maximumSize
        self.naming = naming
        self.replacing = replacing
        self.presets = presets
        self.parameters = parameters
        self.maximumAge = maximumAge
        self.staleWhileRevalidate = staleWhileRevalidate
        self.staleIfError = staleIfError
        self.limitRate = limitRate
        self.limitRateAfter = limitRateAfter
        self.stripsPrivateMetadata = stripsPrivateMetadata
        self.fastStart = fastStart
        self.collectUnlinkedAfter = collectUnlinkedAfter
    }

    /// Who chooses a file's name.
    package enum Naming: String, Hashable, Sendable, CaseIterable {
        /// The client may; else a UUIDv7.
        case optional
        /// The client must.
        case required
        /// Always a UUIDv7; a name from the client is refused.
        case generated
    }

    /// What an upload to a taken name does.
    package enum Replacing: String, Hashable, Sendable, CaseIterable {
        /// Replaces.
        case always
        /// Replaces only with `?replace=true`; else 409.
        case onRequest = "on-request"
        /// 409, always.
        case never
    }

    /// Where free parameters of pictures (`?width=` and the like) are taken.
    package enum Parameters: String, Hashable, Sendable, CaseIterable {
        case off
        /// In addresses that are signed with a key of the configuration.
        case signed
        /// In every address: whoever can reach the daemon can have it render.
        case open
    }

    /// What happens to a video that cannot be played before its last byte is there.
    package enum FastStart: String, Hashable, Sendable, CaseIterable {
        /// It is stored as it was sent.
        case keep
        /// Its index is put in front; one is made where there is none.
        case rewrite
    }

    /// Whether files of this type are taken.
    package func allows(_ type: MediaType) -> Bool {
        self.allowedTypes.contains { type.matches(pattern: $0) }
    }

    /// These rules where an upload's conditions are narrower. They are never wider.
    package func narrowed(by conditions: UploadConditions) -> MediaCollection {
        var collection = self
        collection.maximumSize = conditions.maximumSize(within: self.maximumSize)
        if let types = conditions.types {
            collection.allowedTypes = self.allowedTypes.flatMap { own in
                types.compactMap { MediaType.narrower(own, $0) }
            }
        }
        return collection
    }

    /// The preset of this name; nil where the collection offers none.
    package func preset(named name: String) -> Preset? {
        self.presets.first { $0.name == name }
    }

    /// What is done to files of this type on the way in, in this order.
    package func rewritings(of type: MediaType) -> [Rewriting] {
        // Not a choice of the collection: whoever takes SVG takes it in its safe form.
        if type == .svg { return [.sanitizing] }
        var rewritings: [Rewriting] = []
        if self.stripsPrivateMetadata, type.hasRemovableMetadata { rewritings.append(.privateMetadata) }
        if self.fastStart == .rewrite, type.isStreamable { rewritings.append(.fastStart) }
        if self.fastStart == .rewrite, type.isStreamable || type.isMatroska { rewritings.append(.indexing) }
        return rewritings
    }
}
