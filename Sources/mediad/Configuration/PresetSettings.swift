import MediaCore
import ServiceSupport

/// `collections.<name>.presets` and `collections.<name>.preset.<preset>.*`: the pictures that a collection offers.
enum PresetSettings {
    /// Pixels of a side, the device's pixel ratio multiplied in.
    static let largestSide = 8192

    static func read(
        _ reader: SettingsReader,
        key: String,
        default standard: [Preset]
    ) async throws -> [Preset] {
        var presets: [Preset] = []
        for name in try await reader.read(
            .list(
                "\(key).presets",
                default: standard.map(\.name),
                form: """
                    List of pictures that are made from files: s64 is a square of 64 pixels, cropped to what matters; w342 is 342 \
                    pixels wide; 1 to 4096 pixels
                    """,
                standardText: standard.isEmpty ? "none" : nil,
                """
                docs/renditions.md has them all. Any other name (1 to 64 lower-case letters, digits, -, beginning with a \
                letter) needs an entry in "preset". Never enlarged.
                """
            )
        ) {
            guard try reader.checkName(name, of: "\(key).presets") else { continue }
            guard !presets.contains(where: { $0.name == name }) else {
                try reader.refuse("\(key).presets", name, "named once")
                continue
            }
            let preset = Self.short(name) ?? standard.first { $0.name == name } ?? Preset(name: name)
            presets.append(try await Self.read(preset, reader, list: "\(key).presets", key: "\(key).preset.\(name)"))
        }
        return presets
    }

    /// `s64` is a square of 64 pixels, `w342` is 342 pixels wide; nil for every other name.
    static func short(_ name: String) -> Preset? {
        guard let length = Int(name.dropFirst()), (1...4096).contains(length), name.dropFirst() == "\(length)" else {
            return nil
        }
        switch name.first {
        case "s": return Preset.square(name, side: length)
        case "w": return Preset(name: name, width: length)
        default: return nil
        }
    }

    /// - Parameter standard: what holds for settings that are not set.
    private static func read(
        _ standard: Preset,
        _ reader: SettingsReader,
        list: String,
        key: String
    ) async throws -> Preset {
        var preset = standard
        let side = "The box in pixels of a page; one side may be left out."
        preset.width =
            try await reader.read(
                .optionalInteger("\(key).width", default: "none", in: 1...Self.largestSide, side)
            ) ?? preset.width
        preset.height =
            try await reader.read(
                .optionalInteger("\(key).height", default: "none", in: 1...Self.largestSide, side)
            ) ?? preset.height
        preset.dpr = try await reader.read(
            .number(
                "\(key).dpr",
                default: preset.dpr,
                in: 0.5...4,
                "Pixels of the device for one of the page; times width, and times height, at most 8192."
            )
        )
        preset.fit = try await reader.read(
            .choice(
                "\(key).fit",
                default: preset.fit,
                form: """
                    cover: the picture fills the box and is cropped. contain: it fits in, the rest of the box is \
                    background. inside: it fits in, and the result has its shape
                    """,
                "The first two need width and height."
            )
        )
        preset.crop = try await reader.read(
            .choice(
                "\(key).crop",
                default: preset.crop,
                form: """
                    The part that "cover" keeps. focal-point: around the point set for the file, if none is set as \
                    attention. attention: what draws the eye. entropy: the part with the most detail. centre
                    """,
                ""
            )
        )
        preset.quality =
            try await reader.read(
                .optionalInteger("\(key).quality", default: "images.quality", in: 1...100, "")
            ) ?? preset.quality
        let blur = try await reader.read(
            .number(
                "\(key).blur",
                default: preset.blur ?? 0,
                in: 0...100,
                "Sigma of a blur in pixels of the page, for placeholders."
            )
        )
        preset.blur = blur > 0 ? blur : nil
        let background = Setting.optionalText(
            "\(key).background",
            default: "none: transparent, in JPEG white",
            "six hexadecimal digits, in quotes. Behind transparent parts and around \"contain\"."
        )
        if let text = try await reader.read(background) {
            if let color = RGBColor(hex: text) {
                preset.background = color
            } else {
                try reader.refuse("\(key).background", text, "six hexadecimal digits such as \"ff8800\"")
            }
        }
        try Self.check(preset, reader, list: list, key: key)
        return preset
    }

    private static func check(
        _ preset: Preset,
        _ reader: SettingsReader,
        list: String,
        key: String
    ) throws(SettingsError) {
        guard preset.width != nil || preset.height != nil else {
            return try reader.refuse(
                list,
                preset.name,
                """
                s and a side (s64: square) or w and a width (w342), 1 to 4096 pixels, or a name with a width or a height of its \
                own (\(key).width)
                """
            )
        }
        let pixels = preset.recipe(format: .jpeg, quality: 80)
        for (side, length) in [("width", pixels.width), ("height", pixels.height)] {
            guard let length, length > Self.largestSide else { continue }
            try reader.refuse(
                "\(key).\(side)",
                "\(length) with dpr",
                "at most \(Self.largestSide) pixels of the device"
            )
        }
        guard preset.fit == .inside || preset.width != nil && preset.height != nil else {
            return try reader.refuse(
                "\(key).fit",
                preset.fit.rawValue,
                "inside unless there are a width and a height"
            )
        }
    }
}
