import Foundation
import Primitives
import Testing

@testable import ServiceSupport

@Suite("Mistakes in settings")
struct SettingsErrorTests {
    private static let secret = "s3cret"

    /// The mistakes that a reading of a few settings finds.
    private func problems(
        _ yaml: String?,
        flags: [String: String] = [:],
        environment: [String: String] = [:]
    ) async throws -> [SettingsError.Problem] {
        let path = yaml == nil ? nil : "/tmp/settings-error-test-\(UUID().uuidString).yaml"
        if let path { try Data((yaml ?? "").utf8).write(to: URL(fileURLWithPath: path)) }
        defer { if let path { unlink(path) } }
        let source = SettingsSource(
            program: "garden",
            flags: flags,
            environment: environment,
            aliases: ["WATER_URL": "water.url"],
            file: path,
            example: "config/garden.yaml",
            explain: { key, _ in key.hasPrefix("beds.") ? "There is no such bed." : nil }
        )
        do {
            try await source.read { reader in
                _ = try await reader.read(.integer("water.port", default: 1, in: 1...9, ""))
                _ = try await reader.read(Setting<String?>.optionalText("water.url", "").keptSecret())
                let url = try await reader.read(Setting<String?>.optionalText("water.url", "").keptSecret())
                if let url, !url.hasPrefix("postgresql://") { try reader.refuse("water.url", url, "a URL") }
                _ = try await reader.read(.duration("water.idleTimeout", default: .seconds(1), in: .anyTimeout, ""))
                _ = try await reader.read(.list("plants", default: [], form: "List", ""))
            }
            return []
        } catch let error as SettingsError {
            for problem in error.problems {
                #expect(!problem.text.contains(Self.secret), "\(problem.text)")
                #expect(error.message.contains(problem.text))
            }
            #expect(!error.message.contains(Self.secret))
            return error.problems.map { problem in
                var problem = problem
                if let path { problem.place = problem.place?.replacing(path, with: "FILE") }
                return problem
            }
        }
    }

    @Test("All of them are told at once, each with its key, its line and the reason")
    func allAtOnce() async throws {
        let yaml = """
            water:
              # A comment.
              port: 10
              url: mysql://media:s3cret@db/app
              idleTimeout: soon
              prot: 1
            beds: {rose: 1}
            """
        let problems = try await problems(
            yaml,
            environment: ["GARDEN_PLANTS": "a,b", "GARDEN_WATER_IDLE": "1s", "GARDEN_TEST_SEED": "1"]
        )
        #expect(
            problems.map(\.place) == [
                "FILE, line 3", "FILE, line 4", "FILE, line 5", "FILE, line 6", "FILE, line 7", "GARDEN_WATER_IDLE",
            ]
        )
        #expect(problems.map(\.key) == ["water.port", "water.url", "water.idleTimeout", nil, nil, nil])
        #expect(problems[1].reason.contains("(kept secret)"))
        #expect(problems[3].reason.contains("water.prot"))
        #expect(problems[4].reason == "There is no such bed.")
        let message = SettingsError(problems).message
        #expect(
            message.hasPrefix("The configuration has 6 mistakes:\n  FILE, line 3: The setting water.port is \"10\"")
        )
    }

    @Test("One is told with the place it comes from: the variable, its alias, the file, nothing for a flag")
    func places() async throws {
        let file = "water: {port: 10}"
        #expect(try await problems(file).map(\.place) == ["FILE, line 1"])
        let environment = ["GARDEN_WATER_PORT": "11"]
        #expect(try await problems(file, environment: environment).map(\.place) == ["GARDEN_WATER_PORT"])
        #expect(try await problems(file, flags: ["water.port": "12"], environment: environment).map(\.place) == [nil])
        #expect(try await problems(nil, environment: ["WATER_URL": "mysql://x:s3cret@y"]).map(\.place) == ["WATER_URL"])
    }

    @Test(
        "A file that is no YAML is told by its line, and never quoted: it has passwords",
        arguments: [
            ("water: {url: \"postgresql://media:s3cret@db/app\"}\nlog: {level: info}\nlog: {format: json}\n", 2),
            ("water: {url: 'postgresql://media:s3cret@db/app\nplants: [a]\n", 3),
            ("water:\n  url: postgresql://media:s3cret@db/app\n port: 1\n", 3),
            ("water: {url: postgresql://media:s3cret@db/app, url: x}\n", 1),
            ("water:\n\turl: postgresql://media:s3cret@db/app\n", 2),
            ("water: &s3cret *nowhere\nurl: s3cret", 1),
            ("? [s3cret]\n: 1\n", 1), ("plants: [a, {s3cret: b}]\n", 1),
            ("water: {url: postgresql://media:s3,s3cret@db/app}", 1),
            ("water: {\"url postgresql://media:s3cret@db/app\"}", 1),
            ("water: {url: {s3cret@db: 1}}", 1),
        ]
    )
    func noSecret(_ yaml: String, _ line: Int) async throws {
        let problems = try await problems(yaml)
        #expect(problems.contains { $0.place == "FILE, line \(line)" }, "\(problems)")
    }

    @Test("A secret of any form is not shown: a list, a wrong scheme, a text with control characters")
    func secrets() async throws {
        for url in ["s3cret", "mysql://u:s3cret@h", "s3cret\nx", "http://u:s3@cret@h"] {
            #expect(try await problems(nil, environment: ["GARDEN_WATER_URL": url]).count == 1)
        }
        #expect(try await problems("water: {url: [s3cret]}").count == 1)
        #expect(SecretText.redacted("at postgresql://u:p@ss@h/d failed") == "at postgresql://…@h/d failed")
        #expect(SecretText.redacted("host=h password='a b' user=u") == "host=h password=… user=u")
        #expect(SecretText.redacted("nothing to hide @home") == "nothing to hide @home")
    }

    @Test("What Kubernetes and Docker set for a service of the program's name is no mistake; a misspelt variable is")
    func variables() async throws {
        let given = [
            "GARDEN_SERVICE_HOST": "10.0.0.1", "GARDEN_SERVICE_PORT": "80", "GARDEN_SERVICE_PORT_HTTP": "80",
            "GARDEN_PORT": "tcp://10.0.0.1:80", "GARDEN_PORT_80_TCP": "tcp://10.0.0.1:80",
            "GARDEN_PORT_80_TCP_ADDR": "10.0.0.1", "GARDENER": "x", "PATH": "/bin",
        ]
        #expect(try await problems(nil, environment: given).isEmpty)
        for name in ["GARDEN_PORT", "GARDEN_WATER_PROT", "GARDEN_", "GARDEN_PORTS"] {
            #expect(try await problems(nil, environment: [name: "80"]).map(\.place) == [name])
        }
        // Not set is not set.
        #expect(try await problems(nil, environment: ["GARDEN_WATER_PROT": ""]).isEmpty)
    }

    @Test("The number of mistakes is bounded")
    func bound() async throws {
        let yaml = (0..<1000).map { "k\($0): 1" }.joined(separator: "\n")
        #expect(try await problems(yaml).count == 100)
    }
}
