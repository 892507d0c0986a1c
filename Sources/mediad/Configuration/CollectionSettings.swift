import MediaCore
import ServiceSupport

/// `collections.*`: the top folders of the tree and their rules.
enum CollectionSettings {
    /// What holds when the configuration says nothing.
    static let standard: [MediaCollection] = [
        MediaCollection(
            name: "avatars",
            allowedTypes: Self.pictures,
            maximumSize: .mebibytes(20),
            naming: .optional,
            replacing: .always,
            presets: Self.presets(["s64", "s128", "s256", "s512"]),
            // What people take of themselves says where they live.
            stripsPrivateMetadata: true
        ),
        MediaCollection(
            name: "posters",
            allowedTypes: Self.pictures,
            maximumSize: .mebibytes(50),
            naming: .optional,
            replacing: .always,
            presets: Self.presets(["w92", "w154", "w185", "w342", "w500", "w780"])
        ),
        MediaCollection(
            name: "videos",
            allowedTypes: [
                "video/mp4", "video/quicktime", "video/x-m4v", "video/webm", "video/matroska", "video/mp2t",
                "video/3gpp", "video/3gpp2", "audio/mp4", "audio/mpeg", "audio/webm", "audio/aac", "audio/flac",
                "audio/ogg",
                "audio/wav", "audio/3gpp", "audio/3gpp2", "text/vtt", "application/x-subrip",
            ],
            maximumSize: .gibibytes(64),
            naming: .optional,
            replacing: .onRequest,
            presets: [Preset(name: "poster", width: 1280)] + Self.presets(["w342"])
        ),
        MediaCollection(
            name: "documents",
            allowedTypes: [
                "application/pdf", "text/plain", "text/vtt", "application/epub+zip", "application/msword",
                "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
            ],
            maximumSize: .gibibytes(1),
            naming: .optional,
            replacing: .onRequest,
            presets: []
        ),
    ]

    private static let none = ByteCount(bytes: 0)

    private static let pictures = [
        "image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/heic", "image/heif",
    ]

    private static let names = Setting<[String]>.list(
        "collections.names",
        default: Self.standard.map(\.name),
        form: "List of names, each 1 to 64 lower-case letters, digits, -, beginning with a letter",
        ""
    )

    static func read(_ reader: SettingsReader) async throws -> [MediaCollection] {
        var collections: [MediaCollection] = []
        let names = try await reader.read(Self.names)
        for name in names {
            guard try reader.checkName(name, of: "collections.names") else { continue }
            guard !collections.contains(where: { $0.name == name }) else {
                try reader.refuse("collections.names", name, "named once")
                continue
            }
            collections.append(try await Self.collection(name, reader))
        }
        if names.isEmpty { try reader.refuse("collections.names", "[]", "at least one name") }
        return collections
    }

    private static func collection(_ name: String, _ reader: SettingsReader) async throws -> MediaCollection {
        let standard = Self.standard.first { $0.name == name }
        let key = "collections.\(name)"
        let types = try await reader.read(
            .list(
                "\(key).types",
                default: standard?.allowedTypes ?? [],
                form: "List of media types, by the bytes: image/jpeg, image/*, */*",
                standardText: standard == nil ? "none" : nil,
                "An SVG (image/svg+xml) is always sanitised before it is stored: only what draws stays."
            )
        )
        for type in types where type.split(separator: "/", omittingEmptySubsequences: false).count != 2 {
            try reader.refuse("\(key).types", type, "a media type such as image/jpeg, image/* or */*")
        }
        if types.isEmpty {
            try reader.refuse("\(key).types", "[]", "a list of media types; a new collection has no default")
        }
        return MediaCollection(
            name: name,
            access: try await reader.read(
                .choice(
                    "\(key).access",
                    default: standard?.access ?? .public,
                    form: """
                        Who may read its files without a right of their own. public: everybody, their records too. unlisted: \
                        whoever knows the address. private: nobody; others need a key, a token or a signed address
                        """,
                    ""
                )
            ),
            allowedTypes: types,
            maximumSize: try await reader.read(
                .bytes(
                    "\(key).maximumSize",
                    default: standard?.maximumSize ?? .mebibytes(100),
                    in: ByteCount(bytes: 1) ... .gibibytes(1 << 20),
                    "Of one file."
                )
            ),
            naming: try await reader.read(
                .choice(
                    "\(key).naming",
                    default: standard?.naming ?? .optional,
                    form: """
                        optional: the client may name a file, else it gets a UUID version 7. required: the client \
                        must. generated: the client may not
                        """,
                    ""
                )
            ),
            replacing: try await reader.read(
                .choice(
                    "\(key).replacing",
                    default: standard?.replacing ?? .onRequest,
                    form: """
                        What an upload to a name that is taken does. always: replaces. on-request: only with \
                        ?replace=true, else 409. never: 409
                        """,
                    ""
                )
            ),
            presets: try await PresetSettings.read(reader, key: key, default: standard?.presets ?? []),
            parameters: try await reader.read(
                .choice(
                    "\(key).parameters",
                    default: standard?.parameters ?? .signed,
                    """
                    Whether a URL may have free parameters instead (?width=300&fit=cover): never; with a signature by \
                    one of images.signatureKeys; or always, so that everybody can have any picture made.
                    """
                )
            ),
            maximumAge: try await reader.read(
                .duration(
                    "\(key).maxAge",
                    default: standard?.maximumAge ?? .zero,
                    in: .zero ... .seconds(365 * 86400),
                    """
                    How long browsers and shared caches may show a file, or a thumbnail, without asking whether it is \
                    still the same. 0s: they ask each time. They may keep URLs with the version (?v=, as in records) \
                    for ever in any case.
                    """
                )
            ),
            staleWhileRevalidate: try await reader.read(
                .duration(
                    "\(key).staleWhileRevalidate",
                    default: standard?.staleWhileRevalidate ?? .zero,
                    in: .zero ... .seconds(365 * 86400),
                    """
                    How long after maxAge they may go on showing it while they ask, so that nobody waits for the answer \
                    (stale-while-revalidate, RFC 5861). 0s: not at all.
                    """
                )
            ),
            staleIfError: try await reader.read(
                .duration(
                    "\(key).staleIfError",
                    default: standard?.staleIfError ?? .zero,
                    in: .zero ... .seconds(365 * 86400),
                    """
                    How long after maxAge they may go on showing it when mediad cannot be reached or fails \
                    (stale-if-error, RFC 5861). 0s: not at all.
                    """
                )
            ),
            limitRate: try await reader.read(
                .bytes(
                    "\(key).limitRate",
                    default: standard?.limitRate ?? Self.none,
                    in: Self.none ... .gibibytes(1024),
                    "Bytes per second that one response sends at most, on average since it began. 0B: no limit."
                )
            ),
            limitRateAfter: try await reader.read(
                .bytes(
                    "\(key).limitRateAfter",
                    default: standard?.limitRateAfter ?? Self.none,
                    in: Self.none ... .gibibytes(1 << 20),
                    "Bytes that each response sends as fast as it can before limitRate counts."
                )
            ),
            stripsPrivateMetadata: try await reader.read(
                .bool(
                    "\(key).stripPrivateMetadata",
                    default: standard?.stripsPrivateMetadata ?? false,
                    """
                    Whether position, serial numbers, dates, comments and all other data that do not show are removed \
                    from JPEG, PNG, WebP, GIF, HEIC, AVIF, JPEG XL, TIFF, DNG, MP4, QuickTime, WebM, Matroska, MP3, FLAC and Ogg \
                    before they are stored, without changing a pixel, a frame or a sound. The stored file then has another SHA-256 than the uploaded one; the record has both. Other types are \
                    stored as they are.
                    """
                )
            ),
            fastStart: try await reader.read(
                .choice(
                    "\(key).faststart",
                    default: standard?.fastStart ?? .keep,
                    """
                    An MP4 or QuickTime video whose index is at its end plays only when all of it has arrived, and \
                    recordings of browsers (fragmented MP4, WebM without Duration and Cues) have no index at all. keep: \
                    the uploaded bytes are stored. rewrite: the index is moved to the front or made, without changing a \
                    frame. Such a file is read and written once more and needs its room twice while that lasts; it then \
                    has another SHA-256 than the uploaded one, and the record has both.
                    """
                )
            ),
            collectUnlinkedAfter: try await reader.read(
                .duration(
                    "\(key).collectUnlinkedAfter",
                    default: standard?.collectUnlinkedAfter ?? .zero,
                    in: .zero ... .seconds(3650 * 86400),
                    """
                    A file so old that nothing ever linked, and that no foreign key refers to, goes to the trash. 0s: \
                    never.
                    """
                )
            )
        )
    }

    private static func presets(_ names: [String]) -> [Preset] {
        names.compactMap { PresetSettings.short($0) }
    }
}
