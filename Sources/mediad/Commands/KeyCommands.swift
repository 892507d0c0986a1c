import Access
import ArgumentParser
import MediaCore
import MediaEngine
import ServiceSupport

/// Keys of API services. They work on the database, also beside a running daemon, which hears of it within a second.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Makes, lists and revokes the keys of API services.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Makes a key and prints it, and nothing else. It is shown this once.",
            discussion: """
                Scopes say what the key may do: read:, upload:, replace:, delete: and events: with <collection>/<name>, one * \
                at the end for all names that begin so; link, monitor, and manage for everything.

                Examples:
                  mediad key create --name api --scope manage
                  mediad key create --name importer --scope "upload:posters/*" --expires 30d
                """
        )

        @Option(help: "What the key is called in lists.")
        var name: String

        @Option(name: .customLong("scope"), help: ArgumentHelp("A right; may be given again.", valueName: "scope"))
        var scopes: [String]

        @Option(help: ArgumentHelp("When it ends by itself: 12h, 30d. Else never.", valueName: "time"))
        var expires: String?

        @OptionGroup var options: SettingsOptions

        func validate() throws {
            _ = try self.parsedScopes()
            _ = try self.lifetime()
        }

        func run() async throws {
            try await CommandFailure.report {
                let (scopes, lifetime) = (try self.parsedScopes(), try self.lifetime())
                try await KeyDatabase.run(self.options, mayBeNew: true) { keys in
                    let (text, _) = try await keys.create(name: self.name, scopes: scopes, lifetime: lifetime)
                    print(text)
                }
            }
        }

        private func parsedScopes() throws -> [Scope] {
            try self.scopes.map { text in
                do { return try Scope(text) } catch { throw ValidationError("--scope \(text): \(error)") }
            }
        }

        private func lifetime() throws -> Duration? {
            guard let expires else { return nil }
            guard let lifetime = Duration(parsing: expires), lifetime > .zero else {
                throw ValidationError("--expires must be a time such as 12h or 30d.")
            }
            return lifetime
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists the keys, the newest first, without their secrets."
        )

        @Flag(help: "Print a JSON object for each key.")
        var json = false

        @OptionGroup var options: SettingsOptions

        private struct Line: Encodable {
            var id: String
            var name: String
            var scopes: [String]
            var createdAt: String
            var expiresAt: String?
            var revokedAt: String?

            init(_ key: KeyRecord) {
                self.id = key.id.text
                self.name = key.name
                self.scopes = key.scopes.scopes.map(\.description)
                self.createdAt = "\(key.createdAt)"
                self.expiresAt = key.expiresAt.map { "\($0)" }
                self.revokedAt = key.revokedAt.map { "\($0)" }
            }
        }

        func run() async throws {
            try await CommandFailure.report {
                try await KeyDatabase.run(self.options, changes: false) { keys in
                    for key in try await keys.list() {
                        let line = Line(key)
                        print(self.json ? JSONLine.text(line) : Self.text(line))
                    }
                }
            }
        }

        private static func text(_ line: Line) -> String {
            let state =
                line.revokedAt.map { "revoked \($0)" } ?? line.expiresAt.map { "until \($0)" } ?? "until it is revoked"
            return "\(line.id)  \(TerminalText.plain(line.name))  \(line.scopes.joined(separator: " "))  \(state)"
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Takes a key back: within a second it counts no more, on all daemons."
        )

        @Argument(help: "The key's id, as \"mediad key list\" prints it; the key itself will do too.")
        var id: String

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await CommandFailure.report {
                guard let id = Self.identifier(in: self.id) else {
                    throw CommandFailure.Refusal(description: "\"mediad key list\" prints the ids of the keys.")
                }
                try await KeyDatabase.run(self.options) { keys in
                    try await keys.revoke(id)
                    print("Revoked \(id).")
                }
            }
        }

        private static func identifier(in text: String) -> KeyID? {
            KeyID(text) ?? (text.hasPrefix("mk_") ? KeyID(String(text.dropFirst(3).prefix(12))) : nil)
        }
    }
}
