import MediaCore
import MediaEngine

extension Settings.Images {
    init(_ reader: SettingsReader) async throws {
        self.rules = PictureRules(
            limits: ImageLimits(
                maximumPixels: try await reader.integer(
                    "images.maximumPixels",
                    default: 100_000_000,
                    in: 1_000_000...1_000_000_000
                ),
                maximumFrames: try await reader.integer("images.maximumFrames", default: 500, in: 1...100_000),
                maximumAnimationPixels: try await reader.integer(
                    "images.maximumAnimationPixels",
                    default: 50_000_000,
                    in: 0...1_000_000_000
                ),
                maximumElements: try await reader.integer(
                    "images.maximumElements",
                    default: 100_000,
                    in: 1...1_000_000
                )
            ),
            quality: try await reader.integer("images.quality", default: 80, in: 1...100),
            formats: try await Self.formats("images.formats", of: [.avif, .webp], reader),
            formatsAhead: try await Self.formats("images.formatsAhead", of: RenditionFormat.allCases, reader),
            avifPixels: try await reader.integer("images.avifPixels", default: 2_000_000, in: 0...1_000_000_000),
            maximumSide: try await reader.integer("images.maximumSide", default: 4096, in: 1...16_383)
        )
        self.warmingQueue = try await reader.integer("images.warmingQueue", default: 1000, in: 1...1_000_000)
        self.signatureKeys = try await reader.strings("images.signatureKeys", default: []).filter { !$0.isEmpty }
        for key in self.signatureKeys where !(16...1024).contains(key.utf8.count) {
            throw SettingsReader.invalid("images.signatureKeys", "(kept secret)", "keys of 16 to 1024 bytes each")
        }
    }

    private static func formats(
        _ key: String,
        of all: [RenditionFormat],
        _ reader: SettingsReader
    ) async throws -> [RenditionFormat] {
        var formats: [RenditionFormat] = []
        for name in try await reader.strings(key, default: all.map(\.rawValue)) where !name.isEmpty {
            guard let format = all.first(where: { $0.rawValue == name }), !formats.contains(format) else {
                throw SettingsReader.invalid(
                    key,
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
        self.maximumSize = try await reader.bytes(
            "renditions.maximumSize",
            default: .gibibytes(10),
            in: .mebibytes(1) ... .gibibytes(1 << 20)
        )
        self.sweepInterval = try await reader.duration(
            "renditions.sweepInterval",
            default: .seconds(60),
            in: .anyTimeout
        )
        self.failureLifetime = try await reader.duration(
            "renditions.failureLifetime",
            default: .seconds(60),
            in: .anyTimeout
        )
    }
}
