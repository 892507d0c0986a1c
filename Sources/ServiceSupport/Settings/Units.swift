import Primitives

extension Duration {
    /// Reads `500ms`, `30s`, `5m`, `1h`, `30d`, or a plain number of seconds. Nil for anything else.
    package init?(parsing text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": self = .milliseconds(number)
        case "s", "": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        case "h": self = .seconds(number * 3600)
        case "d": self = .seconds(number * 86400)
        default: return nil
        }
    }

    /// As a configuration file has it: `100ms`, `60s`, `10m`, `24h`, `365 days`.
    var settingText: String {
        let milliseconds = Int64(self / .milliseconds(1))
        let seconds = milliseconds / 1000
        if milliseconds % 1000 != 0 { return "\(milliseconds)ms" }
        if seconds >= 86400 * 30, seconds % 86400 == 0 { return "\(seconds / 86400) days" }
        if seconds >= 3600, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds > 60, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}

extension ByteCount {
    /// As a configuration file has it, with the largest binary unit that keeps the number whole: `128B`, `64KiB`, `20MiB`.
    var settingText: String {
        let units: [(String, Int64)] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        for (unit, factor) in units where self.bytes >= factor && self.bytes % factor == 0 {
            return "\(self.bytes / factor)\(unit)"
        }
        return "\(self.bytes)B"
    }
}
