import Configuration
import Foundation
import Primitives
import Testing

@testable import ServiceSupport

@Suite("Settings")
struct SettingsReaderTests {
    private enum Fruit: String, CaseIterable, Sendable {
        case apple
        case pear
        case plum
    }

    private func source(
        _ flags: [String: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) -> SettingsSource {
        SettingsSource(
            program: "garden",
            flags: flags,
            environment: environment,
            aliases: ["FRUIT": "fruit.kind"],
            file: file,
            example: "config/garden.yaml"
        )
    }

    private func withFile(_ yaml: String, _ body: (String) async throws -> Void) async throws {
        let path = "/tmp/settings-test-\(UUID().uuidString).yaml"
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        try await body(path)
    }

    private static let kind = Setting<Fruit>.choice("fruit.kind", default: .apple, "What grows.")

    @Test("Flags come before the environment, that before its aliases, those before the file, that before the default")
    func precedence() async throws {
        func kind(_ source: SettingsSource) async throws -> Fruit {
            try await source.read { try await $0.read(Self.kind) }
        }
        try await withFile("fruit: {kind: plum}") { (file) async throws in
            #expect(try await kind(source()) == .apple)
            #expect(try await kind(source(file: file)) == .plum)
            #expect(try await kind(source(environment: ["FRUIT": "pear"], file: file)) == .pear)
            let both = ["FRUIT": "plum", "GARDEN_FRUIT_KIND": "pear"]
            #expect(try await kind(source(environment: both, file: file)) == .pear)
            #expect(try await kind(source(environment: ["GARDEN_FRUIT_KIND": ""], file: file)) == .plum)
            #expect(try await kind(source(["fruit.kind": "apple"], environment: both, file: file)) == .apple)
        }
    }

    @Test("Every kind is read, and described, from one declaration")
    func kinds() async throws {
        let flags = [
            "a": "text", "b": "", "c": "yes", "d": "pear", "f": "7", "g": "", "h": "2.5", "i": "2KiB", "j": "5m",
        ]
        let documentation = try await source(flags).read { (reader) async throws in
            #expect(try await reader.read(.text("a", default: "", "A.")) == "text")
            #expect(try await reader.read(.optionalText("b", "B.")) == nil)
            #expect(try await reader.read(.bool("c", default: false, "C.")))
            #expect(try await reader.read(Setting<Fruit>.choice("d", default: .apple, "D.")) == .pear)
            #expect(try await reader.read(.list("e", default: ["x", "y"], form: "List", "E.")) == ["x", "y"])
            #expect(try await reader.read(.integer("f", default: 1, in: 0...9, "F.")) == 7)
            #expect(try await reader.read(.optionalInteger("g", default: "none", in: 0...9, "G.")) == nil)
            #expect(try await reader.read(.number("h", default: 1, in: 0.5...4, "H.")) == 2.5)
            let bytes = Setting.bytes("i", default: .kibibytes(64), in: ByteCount(bytes: 0) ... .gibibytes(1), "I.")
            #expect(try await reader.read(bytes) == .kibibytes(2))
            let time = Setting.duration("j", default: .seconds(90 * 60), in: .anyTimeout, "")
            #expect(try await reader.read(time) == .seconds(300))
            return reader.documentation
        }
        #expect(
            documentation.map(\.text) == [
                "Text. A. Default empty.", "Text. B. Default empty.", "true or false. C. Default false.",
                "apple, pear or plum. D. Default apple.", "List. E. Default x, y.", "Number, 0 to 9. F. Default 1.",
                "Number, 0 to 9. G. Default none.", "Number, 0.5 to 4. H. Default 1.",
                "Size, 0B to 1GiB. I. Default 64KiB.",
                "Time, 100ms to 24h. Default 90m.",
            ]
        )
        #expect(documentation.map(\.key) == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])
    }

    @Test("A value that is not allowed is named, with its key and what is allowed")
    func invalid() async throws {
        func message(_ flags: [String: String], _ body: (SettingsReader) async throws -> Void) async -> String? {
            do {
                try await source(flags).read(body)
                return nil
            } catch {
                return (error as? SettingsError)?.message
            }
        }
        func expected(_ value: String, _ allowed: String) -> String {
            "The setting a is \"\(value)\", which is not allowed. It must be \(allowed)."
        }
        #expect(
            await message(["a": "10"]) { _ = try await $0.read(.integer("a", default: 1, in: 0...9, "")) }
                == expected("10", "a number from 0 to 9")
        )
        #expect(
            await message(["a": "fig"]) { _ = try await $0.read(Setting<Fruit>.choice("a", default: .pear, "")) }
                == expected("fig", "one of apple, pear, plum")
        )
        #expect(
            await message(["a": "maybe"]) { _ = try await $0.read(.bool("a", default: true, "")) }
                == expected("maybe", "true or false")
        )
        #expect(
            await message(["a": "1s"]) {
                _ = try await $0.read(.duration("a", default: .seconds(5), in: .seconds(2) ... .seconds(9), ""))
            } == expected("1s", "a time such as 500ms, 30s, 5m, from 2.0 seconds to 9.0 seconds")
        )
        #expect(
            await message(["a": "1"]) {
                _ = try await $0.read(.bytes("a", default: .kibibytes(1), in: .kibibytes(1) ... .mebibytes(1), ""))
            }
                == expected(
                    "1",
                    "a size such as 10MiB, from 1 KiB to 1 MiB (units: B, KiB, MiB, GiB, TiB, KB, MB, GB, TB)"
                )
        )
    }

    @Test("A key that no setting reads is refused, and so is what is no file of keys")
    func unknownKeys() async throws {
        for (yaml, words) in [
            (
                "fruit: {kind: plum}\nroots: {kind: beet}",
                "has the key roots.kind, which does not exist. config/garden.yaml"
            ),
            ("just words", "it must have keys, as config/garden.yaml has"), ("fruit: [", "is not YAML"),
        ] {
            try await withFile(yaml) { file async throws in
                await #expect {
                    try await source(file: file).read { _ = try await $0.read(Self.kind) }
                } throws: {
                    ($0 as? SettingsError)?.message.contains(words) == true
                }
            }
        }
        try await withFile("# nothing\n") { file async throws in
            let kind = try await source(file: file).read { try await $0.read(Self.kind) }
            #expect(kind == .apple)
        }
    }

    @Test(
        "Times and sizes are described as people write them, and read back as the same",
        arguments: [
            (Duration.zero, "0s"), (.milliseconds(100), "100ms"), (.milliseconds(1500), "1500ms"),
            (.seconds(60), "60s"),
            (.seconds(600), "10m"), (.seconds(3600), "1h"), (.seconds(86400), "24h"), (.seconds(7 * 86400), "168h"),
        ]
    )
    func times(_ time: Duration, _ text: String) {
        #expect(time.settingText == text)
        #expect(Duration(parsing: text) == time)
    }

    @Test(arguments: [(0, "0B"), (128, "128B"), (1 << 10, "1KiB"), (1536, "1536B"), (1 << 60, "1048576TiB")])
    func sizes(_ bytes: Int64, _ text: String) {
        #expect(ByteCount(bytes: bytes).settingText == text)
        #expect(ByteCount(parsing: text)?.bytes == bytes)
    }
}
