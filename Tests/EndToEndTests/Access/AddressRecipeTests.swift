import Glibc
import MediaTesting
import PostgresCluster
import Testing

/// Other ways to sign than to ask the daemon: what the documentation says is run as it stands there.
@Suite("Signed addresses: recipes", .daemon(configuration: GuardedSite.configuration), .timeLimit(.minutes(3)))
struct AddressRecipeTests {
    private static let page =
        #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined() + "/docs/signed-addresses.md"

    /// The code of the page in a language.
    private static func code(_ language: String) throws -> String {
        let text = try FileOperations.read(self.page, limit: 1 << 20)
        let start = try #require(text.firstRange(of: "```\(language)\n")?.upperBound)
        return String(text[start...].prefix(upTo: try #require(text[start...].firstRange(of: "\n```")?.lowerBound)))
    }

    private static func run(_ words: [String]) async throws -> String {
        let outcome = try await ChildProcess.run(.init("/usr/bin/env", words))
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        return try #require(outcome.lines.first)
    }

    @Test("The recipes for Python and for a shell make addresses that open")
    func recipes() async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.png(), to: "posters", as: "\(uniqueName())-%C3%A9t%C3%A9")
        let path = "/files/\(record.path)"
        let python = try Self.code("python") + "\nimport sys\nprint(sign(*sys.argv[1:3], query='preset=w92'))\n"
        let byPython = try await Self.run(["python3", "-c", python, path, GuardedSite.secret])
        #expect(byPython.contains("?preset=w92&expires="))
        let encoded = String(byPython.prefix { $0 != "?" })
        let shell = try Self.code("sh") + "\nsign \"$1\" \"$2\" 600\n"
        let byShell = try await Self.run(["sh", "-c", shell, "sh", encoded, GuardedSite.secret])
        let older = try await Self.run(["sh", "-c", shell, "sh", encoded, "an-older-secret-of-the-tests"])
        for address in [byPython, byShell, older] {
            #expect(try await site.daemon.request("GET", address).status == 200, "\(address)")
        }
        let wrong = try await Self.run(["sh", "-c", shell, "sh", encoded, "a-secret-of-nobody"])
        #expect(try await site.daemon.request("GET", wrong).status == 403)
    }

    @Test("mediad sign makes them without a daemon")
    func command() async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.png(), to: "posters")
        let outcome = try await site.daemon.site.run(
            ["sign", "--expires", "15m", record.path, "/api/files/\(record.path)?preset=w92"]
        )
        #expect(outcome.ending == .exited(0) && outcome.lines.count == 2, "\(outcome.errors)")
        for address in outcome.lines { #expect(try await site.daemon.request("GET", address).status == 200) }
        #expect(outcome.lines[1].hasPrefix("/api/files/\(record.path)?preset=w92&expires="))
        for wrong in [
            ["/api/media"], [record.path, "/x"], [record.path, "--expires", "999d"], [record.path, "--expires", "0s"],
            [],
        ] {
            let outcome = try await site.daemon.site.run(["sign"] + wrong)
            #expect(outcome.ending != .exited(0) && outcome.lines.isEmpty, "\(wrong)")
        }
    }
}
