import Configuration
import MediaCore
import Synchronization

/// Reads settings one by one, and stops at a value that is not allowed, naming the key, the value and what is allowed.
///
/// Everything is read as text first: a file's number and the environment's are then judged by the same rules.
struct SettingsReader {
    private let reader: ConfigReader
    private let asked = Asked()

    init(_ reader: ConfigReader) { self.reader = reader }

    /// Every key that was asked for so far, whether it was set or not.
    var askedKeys: Set<String> { self.asked.keys.withLock { $0 } }

    private final class Asked: Sendable {
        let keys = Mutex<Set<String>>([])
    }

    func string(_ key: String, default standard: String) async throws -> String {
        try await self.text(key) ?? standard
    }

    /// An empty text counts as not set.
    func optionalString(_ key: String) async throws -> String? {
        try await self.text(key).flatMap { $0.isEmpty ? nil : $0 }
    }

    func integer(_ key: String, default standard: Int, in range: ClosedRange<Int>) async throws -> Int {
        guard let text = try await self.text(key) else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw Self.invalid(key, text, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A number with a fraction.
    func number(_ key: String, default standard: Double, in range: ClosedRange<Double>) async throws -> Double {
        guard let text = try await self.text(key) else { return standard }
        guard let value = Double(text), range.contains(value) else {
            throw Self.invalid(key, text, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func bool(_ key: String, default standard: Bool) async throws -> Bool {
        switch try await self.text(key)?.lowercased() {
        case nil: return standard
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        case let text?: throw Self.invalid(key, text, "true or false")
        }
    }

    func bytes(_ key: String, default standard: ByteCount, in range: ClosedRange<ByteCount>) async throws -> ByteCount {
        guard let text = try await self.text(key) else { return standard }
        guard let value = ByteCount(parsing: text), range.contains(value) else {
            throw Self.invalid(
                key,
                text,
                "a size such as 10MiB, from \(range.lowerBound) to \(range.upperBound) (units: B, KiB, MiB, GiB, TiB, KB, MB, GB, TB)"
            )
        }
        return value
    }

    func duration(_ key: String, default standard: Duration, in range: ClosedRange<Duration>) async throws -> Duration {
        guard let text = try await self.text(key) else { return standard }
        guard let value = Duration(parsing: text), range.contains(value) else {
            throw Self.invalid(
                key,
                text,
                "a time such as 500ms, 30s, 5m, from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String,
        default standard: Value
    ) async throws -> Value where Value.RawValue == String {
        guard let text = try await self.text(key) else { return standard }
        guard let value = Value(rawValue: text) else {
            throw Self.invalid(key, text, "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    /// A list: a YAML sequence, or text with commas in the environment.
    func strings(_ key: String, default standard: [String]) async throws -> [String] {
        self.asked.keys.withLock { _ = $0.insert(key) }
        do {
            return try await self.reader.fetchStringArray(forKey: ConfigKey(key)) ?? standard
        } catch {
            throw Self.invalid(key, try await self.text(key) ?? "?", "a list, e.g. [a, b]")
        }
    }

    /// Refuses what cannot stand in an address and in the name of a folder or a setting.
    static func checkName(_ name: String, of key: String) throws {
        let isAllowed = name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard isAllowed, (1...64).contains(name.utf8.count), name.first?.isLetter == true else {
            throw self.invalid(
                key,
                name,
                "made of lower-case letters, digits and -, beginning with a letter, at most 64 characters"
            )
        }
    }

    static func invalid(_ key: String, _ value: String, _ allowed: String) -> MediaError {
        MediaError(
            .invalidConfiguration,
            "The setting \(key) is \"\(value)\", which is not allowed. It must be \(allowed)."
        )
    }

    private func text(_ key: String) async throws -> String? {
        self.asked.keys.withLock { _ = $0.insert(key) }
        do {
            return try await self.reader.fetchString(forKey: ConfigKey(key))
        } catch {
            throw Self.invalid(key, "a list or a group", "a single value")
        }
    }
}

extension Duration {
    /// Reads `500ms`, `30s`, `5m`, `1h`, or a plain number of seconds. Nil for anything else.
    init?(parsing text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": self = .milliseconds(number)
        case "s", "": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        case "h": self = .seconds(number * 3600)
        default: return nil
        }
    }
}

extension ClosedRange<Duration> {
    /// What most times may be set to.
    static var anyTimeout: Self { .milliseconds(100) ... .seconds(86400) }
}
