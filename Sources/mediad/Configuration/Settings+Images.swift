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
                        Elements of an SVG (where a collection takes image/svg+xml); what it uses several times counts \
                        as often.
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
                    Quality of pictures made here, where neither preset nor address says otherwise; about the same \
                    look in every format.
                    """
                )
            ),
            formats: try await Self.formats(
                .list(
                    "images.formats",
                    default: ["avif", "webp"],
                    form: "List of avif, webp, best first",
                    """
                    Newer formats that clients get who name them in "Accept"; JPEG, or PNG for what is transparent, is there \
                    for everybody.
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
                    "Formats in which the presets of new files are made before anybody asks."
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
                "New files waiting for their thumbnails; beyond, they are made on the first request."
            )
        )
        self.signatureKeys = try await reader.read(
            .list(
                "images.signatureKeys",
                default: [],
                form: "List of texts of 16 to 1024 bytes, without commas",
                """
                Keys for signed addresses (HMAC-SHA256, docs/renditions.md): any of them is good, so that one can follow \
                another. Empty: no address is signed. Keep them secret: better in MEDIAD_IMAGES_SIGNATURE_KEYS.
                """
            )
        ).filter { !$0.isEmpty }
        for key in self.signatureKeys where !(16...1024).contains(key.utf8.count) {
            throw SettingsError.invalid("images.signatureKeys", "(kept secret)", "keys of 16 to 1024 bytes each")
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
                throw SettingsError.invalid(
                    setting.documentation.key,
                    name,
                    "a list of some of \(all.map(\.rawValue).joined(separator: ", ")), each once"
                )
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
                Of all together, as they lie on disk. Past it those go that were not asked for for the longest \
                time (to the hour); they are made again when somebody asks.
                """
            )
        )
        self.sweepInterval = try await reader.read(
            .duration(
                "renditions.sweepInterval",
                default: .seconds(60),
                in: .anyTimeout,
                "Between two looks whether it is past; so long it may be."
            )
        )
        self.failureLifetime = try await reader.read(
            .duration(
                "renditions.failureLifetime",
                default: .seconds(60),
                in: .anyTimeout,
                """
                So long it is remembered, of 1000 renditions at most, that one cannot be made; another request \
                for it is then told so without another attempt.
                """
            )
        )
    }
}
