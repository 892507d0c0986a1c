import MediaCore

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
                "audio/mp4",
                "audio/mpeg", "audio/webm", "text/vtt", "application/x-subrip",
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

    static func read(_ reader: SettingsReader) async throws -> [MediaCollection] {
        var collections: [MediaCollection] = []
        for name in try await reader.strings("collections.names", default: Self.standard.map(\.name)) {
            try SettingsReader.checkName(name, of: "collections.names")
            guard !collections.contains(where: { $0.name == name }) else {
                throw SettingsReader.invalid("collections.names", name, "named once")
            }
            collections.append(try await Self.collection(name, reader))
        }
        guard !collections.isEmpty else {
            throw SettingsReader.invalid("collections.names", "[]", "at least one name")
        }
        return collections
    }

    private static func collection(_ name: String, _ reader: SettingsReader) async throws -> MediaCollection {
        let standard = Self.standard.first { $0.name == name }
        let key = "collections.\(name)"
        let types = try await reader.strings("\(key).types", default: standard?.allowedTypes ?? [])
        for type in types where type.split(separator: "/", omittingEmptySubsequences: false).count != 2 {
            throw SettingsReader.invalid("\(key).types", type, "a media type such as image/jpeg, image/* or */*")
        }
        guard !types.isEmpty else {
            throw SettingsReader.invalid("\(key).types", "[]", "a list of media types; a new collection has no default")
        }
        return MediaCollection(
            name: name,
            allowedTypes: types,
            maximumSize: try await reader.bytes(
                "\(key).maximumSize",
                default: standard?.maximumSize ?? .mebibytes(100),
                in: ByteCount(bytes: 1) ... .gibibytes(1 << 20)
            ),
            naming: try await reader.choice("\(key).naming", default: standard?.naming ?? .optional),
            replacing: try await reader.choice("\(key).replacing", default: standard?.replacing ?? .onRequest),
            presets: try await PresetSettings.read(reader, key: key, default: standard?.presets ?? []),
            parameters: try await reader.choice("\(key).parameters", default: standard?.parameters ?? .signed),
            maximumAge: try await reader.duration(
                "\(key).maxAge",
                default: standard?.maximumAge ?? .zero,
                in: .zero ... .seconds(365 * 86400)
            ),
            limitRate: try await reader.bytes(
                "\(key).limitRate",
                default: standard?.limitRate ?? Self.none,
                in: Self.none ... .gibibytes(1024)
            ),
            limitRateAfter: try await reader.bytes(
                "\(key).limitRateAfter",
                default: standard?.limitRateAfter ?? Self.none,
                in: Self.none ... .gibibytes(1 << 20)
            ),
            stripsPrivateMetadata: try await reader.bool(
                "\(key).stripPrivateMetadata",
                default: standard?.stripsPrivateMetadata ?? false
            ),
            fastStart: try await reader.choice("\(key).faststart", default: standard?.fastStart ?? .keep)
        )
    }

    private static func presets(_ names: [String]) -> [Preset] {
        names.compactMap { PresetSettings.short($0) }
    }
}
