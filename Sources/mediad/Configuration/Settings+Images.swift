import MediaCore
import MediaEngine
import ServiceSupport

extension Settings.Images {
    init(_ reader: SettingsReader) async throws {
        self.rules = PictureRules(
            limits: ImageLimits(
                maximumPixels: try await reader.read(
                    .integer(
                        "images.maximumPixels",
                        default: 100_000_000,
                        in: 1_000_000...1_000_000_000,
                        "Width x height x frames, read from the header before decoding."
                    )
                ),
                maximumFrames: try await reader.read(
                    .integer("images.maximumFrames", default: 500, in: 1...100_000, "Frames of an animation.")
                ),
                maximumAnimationPixels: try await reader.read(
                    .integer(
                        "images.maximumAnimationPixels",
                        default: 50_000_000,
                        in: 0...1_000_000_000,
                        """
                        Width x height x frames of an animated thumbnail (WebP). Larger ones show their first frame; \
                        encoding takes about a second for ten million.
                        """
                    )
                ),
                maximumElements: try await reader.read(
                    .integer(
                        "images.maximumElements",
                        default: 100_000,
                        in: 1...1_000_000,
                        """
                        Elements of an SVG (if a collection allows image/svg+xml); an element that is used several \
                        times counts as often.
                        """
                    )
                ),
                maximumHeldSize: try await reader.read(
                    .bytes(
                        "images.maximumHeldSize",
                        default: .mebibytes(96),
                        in: ByteCount(bytes: 0) ... .gibibytes(4),
                        """
                        Memory of decoded pixels that a worker holds while it makes several presets of one picture; 12 \
                        megapixels are 36 MB. A larger picture is decoded for each preset anew.
                        """
                    )
                )
            ),
            quality: try await reader.read(
                .integer(
                    "images.quality",
                    default: 80,
                    in: 1...100,
                    """
                    Quality of pictures for which neither the preset nor the URL sets one; about the same look in \
                    every format.
                    """
                )
            ),
            formats: try await Self.formats(
                .list(
                    "images.formats",
                    default: ["avif", "webp"],
                    form: "List of avif, webp, best first",
                    """
                    Newer formats, for clients that name them in "Accept". Everybody else gets JPEG, or PNG for \
                    pictures with transparent parts.
                    """
                ),
                of: [.avif, .webp],
                reader
            ),
            formatsAhead: try await Self.formats(
                .list(
                    "images.formatsAhead",
                    default: RenditionFormat.allCases.map(\.rawValue),
                    form: "List of avif, webp, jpeg, png",
                    standardText: "all",
                    "Formats in which the presets of new files are made before a client asks."
                ),
                of: RenditionFormat.allCases,
                reader
            ),
            avifPixels: try await reader.read(
                .integer(
                    "images.avifPixels",
                    default: 2_000_000,
                    in: 0...1_000_000_000,
                    """
                    Pixels of a result from which on WebP is preferred to AVIF, which takes many times as long to \
                    make. Clients that give AVIF more weight get it all the same.
                    """
                )
            ),
            maximumSide: try await reader.read(
                .integer(
                    "images.maximumSide",
                    default: 4096,
                    in: 1...16_383,
                    "The longest side that free parameters (?width= and the like) may ask for, in pixels."
                )
            )
        )
        self.warmingQueue = try await reader.read(
            .integer(
                "images.warmingQueue",
                default: 1000,
                in: 1...1_000_000,
                "New files that wait for their thumbnails; beyond that, thumbnails are made on the first request."
            )
        )
        self.signatureKeys = try await reader.read(
            Setting.list(
                "images.signatureKeys",
                default: [],
                form: "List of texts of 16 to 1024 bytes, without commas",
                """
                Keys for signed URLs (HMAC-SHA256, docs/renditions.md). Any of them is valid, so that a new key can \
                replace an old one. Empty: no URL is signed. Keep them secret: better in MEDIAD_IMAGES_SIGNATURE_KEYS.
                """
            ).keptSecret()
        ).filter { !$0.isEmpty }
        for key in self.signatureKeys where !(16...1024).contains(key.utf8.count) {
            try reader.refuse("images.signatureKeys", key, "keys of 16 to 1024 bytes each")
        }
    }

    private static func formats(
        _ setting: Setting<[String]>,
        of all: [RenditionFormat],
        _ reader: SettingsReader
    ) async throws -> [RenditionFormat] {
        var formats: [RenditionFormat] = []
        for name in try await reader.read(setting) where !name.isEmpty {
            guard let format = all.first(where: { $0.rawValue == name }), !formats.contains(format) else {
                try reader.refuse(
                    setting.documentation.key,
                    name,
                    "a list of some of \(all.map(\.rawValue).joined(separator: ", ")), each once"
                )
                continue
            }
            formats.append(format)
        }
        return formats
    }
}

extension Settings.Renditions {
    init(_ reader: SettingsReader) async throws {
        self.maximumSize = try await reader.read(
            .bytes(
                "renditions.maximumSize",
                default: .gibibytes(10),
                in: .mebibytes(1) ... .gibibytes(1 << 20),
                """
                The space on disk of all together. Beyond it the daemon deletes those with the oldest last access (to \
                the hour); they are made again on request.
                """
            )
        )
        self.sweepInterval = try await reader.read(
            .duration(
                "renditions.sweepInterval",
                default: .seconds(60),
                in: .anyTimeout,
                "Pause between two checks of maximumSize; meanwhile the space may exceed it."
            )
        )
        self.failureLifetime = try await reader.read(
            .duration(
                "renditions.failureLifetime",
                default: .seconds(60),
                in: .anyTimeout,
                """
                How long the daemon remembers, of 1000 renditions at most, that one cannot be made; another request \
                for it gets the same problem without another attempt.
                """
            )
        )
    }
}
