import Foundation
import ServiceSupport
import Testing

@testable import filmd

@Suite("config/filmd.yaml")
struct SettingsDocumentationTests {
    private static let path =
        #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/config/filmd.yaml"

    /// The comments of the file by their keys. Keys that are left out stand in comments (`# url: ...`) and count too.
    private static func comments() throws -> [String: String] {
        var comments: [String: String] = [:]
        var section = ""
        var comment: [Substring] = []
        for line in try String(contentsOfFile: Self.path, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            if let match = line.firstMatch(of: /^([A-Za-z]+):(.*)$/) {
                section = String(match.1)
                if !match.2.isEmpty { comments[section] = comment.joined(separator: " ") }
                comment = []
            } else if let match = line.firstMatch(of: /^  (?:# )?([A-Za-z]+): [^ ]/), !match.1.isEmpty,
                line.firstMatch(of: /^  # [A-Za-z]+: [a-z\/]+[^ ]*(\.\.\.)?$/) != nil || !line.hasPrefix("  #")
            {
                comments["\(section).\(match.1)"] = comment.joined(separator: " ")
                comment = []
            } else if let match = line.firstMatch(of: /^ *# (.*)$/) {
                comment.append(match.1)
            } else {
                comment = []
            }
        }
        return comments
    }

    private static func settings(
        file: String?
    ) async throws -> (settings: Settings, documentation: [SettingDocumentation]) {
        try await SettingsSource(
            program: "filmd",
            flags: [:],
            environment: ["FILMD_DATABASE_URL": "postgresql:///app"],
            aliases: [:],
            file: file,
            example: "config/filmd.yaml"
        ).read { (try await Settings($0), $0.documentation) }
    }

    @Test("explains every setting, with the type, the range, the meaning and the default that it is declared with")
    func explained() async throws {
        let comments = try Self.comments()
        let settings = try await Self.settings(file: nil).documentation
        #expect(settings.count >= 14)
        for setting in settings {
            guard let comment = comments[setting.key] else {
                Issue.record("\(setting.key) is missing")
                continue
            }
            #expect(comment.contains(setting.form), "\(setting.key): \(comment)")
            #expect(comment.contains(setting.meaning) || setting.meaning.isEmpty, "\(setting.key): \(comment)")
            #expect(comment.contains("Default \(setting.standard)."), "\(setting.key): \(comment)")
        }
        #expect(Set(comments.keys) == Set(settings.map(\.key)))
    }

    @Test("shows the defaults")
    func defaults() async throws {
        let (fromFile, _) = try await Self.settings(file: Self.path)
        let (standard, _) = try await Self.settings(file: nil)
        #expect(String(reflecting: fromFile) == String(reflecting: standard))
    }
}
