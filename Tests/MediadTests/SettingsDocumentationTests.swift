import Foundation
import ServiceSupport
import Testing

@testable import mediad

@Suite("config/mediad.yaml")
struct SettingsDocumentationTests {
    private static let path =
        #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/config/mediad.yaml"

    /// One key of the file, its parts separated by dots, and the comment above it.
    private struct Entry {
        var key: String
        var comment: String
    }

    /// The keys of the file in their order. Keys that are left out, and the example of a preset, stand in comments and count too.
    private static func entries() throws -> [Entry] {
        var entries: [Entry] = []
        var parents: [(indent: Int, key: String)] = []
        var comment: [Substring] = []
        for original in try String(contentsOfFile: Self.path, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            var line = original
            if let match = line.firstMatch(of: /^( *)# (  .*|preset:)$/) { line = match.1 + match.2 }
            if let match = line.firstMatch(of: /^( *)# ([A-Za-z]+: [0-9]+)$/) { line = match.1 + match.2 }
            if let match = line.firstMatch(of: /^ *# (.*)$/) {
                comment.append(match.1)
            } else if let match = line.firstMatch(of: /^( *)([A-Za-z0-9]+):/) {
                while let last = parents.last, last.indent >= match.1.count { parents.removeLast() }
                parents.append((match.1.count, String(match.2)))
                entries.append(
                    Entry(
                        key: parents.map(\.key).joined(separator: "."),
                        comment: comment.joined(separator: " ")
                    )
                )
                comment = []
            } else {
                comment = []
            }
        }
        return entries
    }

    /// The key in the file that explains a documented key: of collections and presets the first.
    private static func place(of key: String) -> String {
        key.replacing("collections.name.preset.preset.", with: "collections.avatars.preset.hero.")
            .replacing("collections.name.", with: "collections.avatars.")
    }

    @Test("explains every setting, with the type, the range, the meaning and the default that it is declared with")
    func explained() async throws {
        let comments = Dictionary(
            try Self.entries().map { ($0.key, $0.comment) },
            uniquingKeysWith: { first, _ in first }
        )
        let settings = try await Settings.documentation()
        #expect(settings.count > 100)
        for setting in settings {
            // It stands below "width", whose comment is for both.
            if setting.key.hasSuffix(".preset.preset.height") { continue }
            guard let comment = comments[Self.place(of: setting.key)] else {
                Issue.record("\(setting.key) is missing")
                continue
            }
            #expect(comment.contains(setting.form), "\(setting.key): \(comment)")
            // The form of some says all there is to say.
            #expect(
                setting.meaning.isEmpty || comment.contains(setting.meaning),
                "\(setting.key): \(comment)"
            )
            let isForOwn = setting.key.hasPrefix("collections.name.")
            let defaults =
                ["Default \(setting.standard).", "Default: \(setting.standard) "]
                + (isForOwn ? ["Default for collections of your own \(setting.standard)."] : [])
                + (isForOwn && setting.standard == "none" ? ["No default for collections of your own."] : [])
            #expect(defaults.contains { comment.contains($0) }, "\(setting.key), \(setting.standard): \(comment)")
            // A range is whole: "1 to 10" does not pass for "1 to 100".
            let end = comment.range(of: setting.form).map { comment[$0.upperBound...].first }
            #expect(end.map { $0?.isNumber != true } ?? false, "\(setting.key): \(comment)")
        }
    }

    @Test("shows the defaults")
    func defaults() async throws {
        func settings(_ file: String?) async throws -> Settings {
            try await SettingsSource(
                program: "mediad",
                flags: [:],
                environment: [:],
                aliases: [:],
                file: file,
                example: "config/mediad.yaml"
            ).read { try await Settings($0) }
        }
        #expect(String(reflecting: try await settings(Self.path)) == String(reflecting: try await settings(nil)))
    }
}
