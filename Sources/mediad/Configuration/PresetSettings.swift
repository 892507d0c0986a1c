import MediaCore

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
        for name in try await reader.strings("\(key).presets", default: standard.map(\.name)) {
            try SettingsReader.checkName(name, of: "\(key).presets")
            guard !presets.contains(where: { $0.name == name }) else {
                throw SettingsReader.invalid("\(key).presets", name, "named once")
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
        preset.width = try await Self.integer("\(key).width", reader, in: 1...Self.largestSide) ?? preset.width
        preset.height = try await Self.integer("\(key).height", reader, in: 1...Self.largestSide) ?? preset.height
        preset.dpr = try await reader.number("\(key).dpr", default: preset.dpr, in: 0.5...4)
        preset.fit = try await reader.choice("\(key).fit", default: preset.fit)
        preset.crop = try await reader.choice("\(key).crop", default: preset.crop)
        preset.quality = try await Self.integer("\(key).quality", reader, in: 1...100) ?? preset.quality
        let blur = try await reader.number("\(key).blur", default: preset.blur ?? 0, in: 0...100)
        preset.blur = blur > 0 ? blur : nil
        if let text = try await reader.optionalString("\(key).background") {
            guard let color = RGBColor(hex: text) else {
                throw SettingsReader.invalid("\(key).background", text, "six hexadecimal digits such as \"ff8800\"")
            }
            preset.background = color
        }
        try Self.check(preset, list: list, key: key)
        return preset
    }

    private static func check(_ preset: Preset, list: String, key: String) throws {
        guard preset.width != nil || preset.height != nil else {
            throw SettingsReader.invalid(
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
            throw SettingsReader.invalid(
                "\(key).\(side)",
                "\(length) with dpr",
                "at most \(Self.largestSide) pixels of the device"
            )
        }
        guard preset.fit == .inside || preset.width != nil && preset.height != nil else {
            throw SettingsReader.invalid(
                "\(key).fit",
                preset.fit.rawValue,
                "inside unless there are a width and a height"
            )
        }
    }

    /// Nil when it is not set.
    private static func integer(
        _ key: String,
        _ reader: SettingsReader,
        in range: ClosedRange<Int>
    ) async throws -> Int? {
        guard let text = try await reader.optionalString(key) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw SettingsReader.invalid(key, text, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
