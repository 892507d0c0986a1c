package import Primitives

extension Setting where Value == Int {
    /// A whole number.
    /// - Parameter standardText: the default in words, where it depends on the machine or on another setting.
    package static func integer(
        _ key: String,
        default standard: Int,
        in range: ClosedRange<Int>,
        standardText: String? = nil,
        _ meaning: String
    ) -> Setting {
        Setting(
            SettingDocumentation(
                key: key,
                form: "Number, \(range.lowerBound) to \(range.upperBound)",
                meaning: meaning,
                standard: standardText ?? "\(standard)"
            ),
            default: standard,
            allowed: "a number from \(range.lowerBound) to \(range.upperBound)",
            form: .single { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
        )
    }
}

extension Setting where Value == Int? {
    /// A whole number that need not be there; an empty text counts as not set.
    /// - Parameter standard: what holds then, in words.
    package static func optionalInteger(
        _ key: String,
        default standard: String,
        in range: ClosedRange<Int>,
        _ meaning: String
    ) -> Setting {
        Setting(
            SettingDocumentation(
                key: key,
                form: "Number, \(range.lowerBound) to \(range.upperBound)",
                meaning: meaning,
                standard: standard
            ),
            default: nil,
            allowed: "a number from \(range.lowerBound) to \(range.upperBound)",
            form: .single { text in
                if text.isEmpty { return .some(nil) }
                return Int(text).flatMap { range.contains($0) ? .some($0) : nil }
            }
        )
    }
}

extension Setting where Value == Double {
    /// A number that may have a fraction.
    package static func number(
        _ key: String,
        default standard: Double,
        in range: ClosedRange<Double>,
        _ meaning: String
    ) -> Setting {
        let (lower, upper, middle) = (Self.plain(range.lowerBound), Self.plain(range.upperBound), Self.plain(standard))
        return Setting(
            SettingDocumentation(key: key, form: "Number, \(lower) to \(upper)", meaning: meaning, standard: middle),
            default: standard,
            allowed: "a number from \(range.lowerBound) to \(range.upperBound)",
            form: .single { text in Double(text).flatMap { range.contains($0) ? $0 : nil } }
        )
    }

    /// `4`, `0.5`.
    private static func plain(_ number: Double) -> String {
        Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }
}

extension Setting where Value == ByteCount {
    /// A number of bytes, with or without a unit: `512`, `64KiB`, `10MB`.
    package static func bytes(
        _ key: String,
        default standard: ByteCount,
        in range: ClosedRange<ByteCount>,
        _ meaning: String
    ) -> Setting {
        Setting(
            SettingDocumentation(
                key: key,
                form: "Size, \(range.lowerBound.settingText) to \(range.upperBound.settingText)",
                meaning: meaning,
                standard: standard.settingText
            ),
            default: standard,
            allowed: """
                a size such as 10MiB, from \(range.lowerBound) to \(range.upperBound) \
                (units: B, KiB, MiB, GiB, TiB, KB, MB, GB, TB)
                """,
            form: .single { text in ByteCount(parsing: text).flatMap { range.contains($0) ? $0 : nil } }
        )
    }
}

extension Setting where Value == ByteCount? {
    /// A number of bytes that need not be there; an empty text counts as not set.
    /// - Parameter standard: what holds then, in words.
    package static func optionalBytes(
        _ key: String,
        default standard: String,
        in range: ClosedRange<ByteCount>,
        _ meaning: String
    ) -> Setting {
        let size = Setting<ByteCount>.bytes(key, default: range.lowerBound, in: range, meaning)
        var documentation = size.documentation
        documentation.standard = standard
        return Setting(
            documentation,
            default: nil,
            allowed: size.allowed,
            form: .single { text in
                if text.isEmpty { return .some(nil) }
                return ByteCount(parsing: text).flatMap { range.contains($0) ? .some($0) : nil }
            }
        )
    }
}

extension Setting where Value == Duration {
    /// A time: `500ms`, `30s`, `5m`, `1h`, or a number of seconds.
    package static func duration(
        _ key: String,
        default standard: Duration,
        in range: ClosedRange<Duration>,
        _ meaning: String
    ) -> Setting {
        Setting(
            SettingDocumentation(
                key: key,
                form: "Time, \(range.lowerBound.settingText) to \(range.upperBound.settingText)",
                meaning: meaning,
                standard: standard.settingText
            ),
            default: standard,
            allowed: "a time such as 500ms, 30s, 5m, from \(range.lowerBound) to \(range.upperBound)",
            form: .single { text in Duration(parsing: text).flatMap { range.contains($0) ? $0 : nil } }
        )
    }
}
