import Configuration
import Synchronization

/// Reads settings one by one. A value that is not allowed is noted, with the key, the place and what is allowed, and the default is
/// taken in its stead: so one reading finds all mistakes.
///
/// Everything is read as text first: a file's number and the environment's are then judged by the same rules.
package struct SettingsReader: Sendable {
    private let reader: ConfigReader
    private let places: SettingsPlaces
    private let asked = Asked()

    /// Where a reading ends before all is read: so many mistakes have one cause.
    private static let maximumProblems = 100

    /// A reader of what the providers of `reader` have.
    init(_ reader: ConfigReader, places: SettingsPlaces) {
        self.reader = reader
        self.places = places
    }

    /// The documentation of every setting that was asked for so far, whether it was set or not, in the order of asking.
    package var documentation: [SettingDocumentation] { self.asked.settings.withLock { $0 } }

    /// The mistakes that were noted so far.
    var problems: [SettingsError.Problem] { self.asked.problems.withLock { $0 } }

    private final class Asked: Sendable {
        let settings = Mutex<[SettingDocumentation]>([])
        let problems = Mutex<[SettingsError.Problem]>([])
        /// Keys whose values nobody is to see.
        let secrets = Mutex<Set<String>>([])
    }

    /// Notes that `value` is not allowed for the setting `key`, for what only its reader can judge.
    /// - Parameter allowed: what is, to complete "It must be".
    /// - Throws: ``SettingsError`` with all mistakes, when there are too many to go on.
    package func refuse(_ key: String, _ value: String, _ allowed: String) throws(SettingsError) {
        let isSecret = self.asked.secrets.withLock { $0.contains(key) }
        try self.note(SettingsError.Problem.invalid(key, isSecret ? SecretText.hidden : value, allowed))
    }

    /// Notes mistakes that somebody else found; a place is added where the setting has one.
    func note(_ error: SettingsError) throws(SettingsError) {
        for problem in error.problems { try self.note(problem) }
    }

    private func note(_ problem: SettingsError.Problem) throws(SettingsError) {
        var problem = problem
        if problem.place == nil, let key = problem.key { problem.place = self.places.place(of: key) }
        let placed = problem
        let all = self.asked.problems.withLock { problems in
            if !problems.contains(placed) { problems.append(placed) }
            return problems
        }
        guard all.count < Self.maximumProblems else { throw SettingsError(all) }
    }

    /// The setting's value, or its default, also where the value is not allowed.
    /// - Throws: ``SettingsError`` with all mistakes, when there are too many to go on.
    package func read<Value>(_ setting: Setting<Value>) async throws(SettingsError) -> Value {
        try await self.readIfSet(setting) ?? setting.standard
    }

    /// The setting's value; nil when it is not set, or not allowed.
    /// - Throws: ``SettingsError`` with all mistakes, when there are too many to go on.
    package func readIfSet<Value>(_ setting: Setting<Value>) async throws(SettingsError) -> Value? {
        let key = setting.documentation.key
        self.asked.settings.withLock { settings in
            if !settings.contains(where: { $0.key == key }) { settings.append(setting.documentation) }
        }
        if setting.isSecret { self.asked.secrets.withLock { _ = $0.insert(key) } }
        switch setting.form {
        case .single(let parse):
            guard let text = try await self.text(key) else { return nil }
            guard let value = parse(text) else {
                try self.refuse(key, text, setting.allowed)
                return nil
            }
            return value
        case .list(let make):
            return try await self.list(key, mayBeSingle: setting.mayBeSingle, allowed: setting.allowed).map(make)
        }
    }

    private func list(
        _ key: String,
        mayBeSingle: Bool,
        allowed: String
    ) async throws(SettingsError) -> [String]? {
        do {
            return try await self.reader.fetchStringArray(forKey: ConfigKey(key))
        } catch {
            // A single value, which may be a secret, or a group.
            let single = try? await self.reader.fetchString(forKey: ConfigKey(key))
            if mayBeSingle, let single {
                return single.split(separator: ",").map { part in
                    let text = part.drop { $0 == " " }
                    return String(text.reversed().drop { $0 == " " }.reversed())
                }
            }
            try self.refuse(key, single ?? "a group", allowed)
            return nil
        }
    }

    private func text(_ key: String) async throws(SettingsError) -> String? {
        do {
            return try await self.reader.fetchString(forKey: ConfigKey(key))
        } catch {
            try self.refuse(key, "a list or a group", "a single value")
            return nil
        }
    }
}

extension SettingsReader {
    /// Refuses what cannot stand in a URL and in the name of a folder or a setting.
    /// - Returns: whether `name` has 1 to 64 lower-case letters, digits and hyphens and begins with a letter.
    /// - Throws: ``SettingsError`` with all mistakes, when there are too many to go on.
    package func checkName(_ name: String, of key: String) throws(SettingsError) -> Bool {
        let isAllowed = name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard isAllowed, (1...64).contains(name.utf8.count), name.first?.isLetter == true else {
            try self.refuse(
                key,
                name,
                "made of lower-case letters, digits and -, beginning with a letter, at most 64 characters"
            )
            return false
        }
        return true
    }
}
