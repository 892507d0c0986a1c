import FoundationEssentials
import MediaTesting
import Testing

@Suite("The configuration (F4)", .timeLimit(.minutes(3)))
struct ConfigurationTests {
    /// Runs `mediad config check` on a configuration file, and nothing else.
    private func check(
        _ yaml: String,
        _ flags: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> ChildProcess.Outcome {
        let directory = try await ThrowawayDirectories.make()
        let file = "\(directory)/mediad.yaml"
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: file))
        let outcome = try await ChildProcess.run(
            .init(
                try DaemonBinary.path(),
                ["config", "check", "--config", file] + flags,
                environment: environment,
                directory: directory
            )
        )
        try ThrowawayDirectories.remove(directory)
        return outcome
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let yaml: String
        let key: String
        let value: String
        var testDescription: String { "\(key) = \(value)" }
    }

    static let bad: [Bad] = [
        Bad(yaml: "http: {port: 70000}", key: "http.port", value: "70000"),
        Bad(yaml: "http: {port: eighty}", key: "http.port", value: "eighty"),
        Bad(yaml: "http: {idleTimeout: -1s}", key: "http.idleTimeout", value: "-1s"),
        Bad(yaml: "http: {idleTimeout: 5 fortnights}", key: "http.idleTimeout", value: "5 fortnights"),
        Bad(yaml: "log: {level: loud}", key: "log.level", value: "loud"),
        Bad(yaml: "log: {format: xml}", key: "log.format", value: "xml"),
        Bad(yaml: "page: {enabled: perhaps}", key: "page.enabled", value: "perhaps"),
        Bad(yaml: "images: {maximumPixels: 0}", key: "images.maximumPixels", value: "0"),
        Bad(yaml: "images: {maximumElements: 0}", key: "images.maximumElements", value: "0"),
        Bad(
            yaml: "collections: {avatars: {stripPrivateMetadata: perhaps}}",
            key: "collections.avatars.stripPrivateMetadata",
            value: "perhaps"
        ),
        Bad(yaml: "images: {quality: 101}", key: "images.quality", value: "101"),
        Bad(yaml: "images: {formats: [jpeg]}", key: "images.formats", value: "jpeg"),
        Bad(yaml: "images: {formats: [webp, webp]}", key: "images.formats", value: "webp"),
        Bad(yaml: "images: {formatsAhead: [gif]}", key: "images.formatsAhead", value: "gif"),
        Bad(yaml: "images: {maximumSide: 20000}", key: "images.maximumSide", value: "20000"),
        Bad(yaml: "images: {signatureKeys: [short]}", key: "images.signatureKeys", value: "(kept secret)"),
        Bad(yaml: "renditions: {maximumSize: 1KiB}", key: "renditions.maximumSize", value: "1KiB"),
        Bad(yaml: "collections: {posters: {parameters: free}}", key: "collections.posters.parameters", value: "free"),
        Bad(yaml: "collections: {posters: {presets: [hero]}}", key: "collections.posters.presets", value: "hero"),
        Bad(yaml: "collections: {posters: {presets: [w92, w92]}}", key: "collections.posters.presets", value: "w92"),
        Bad(
            yaml: "collections: {posters: {presets: [hero], preset: {hero: {width: 9, fit: cover}}}}",
            key: "collections.posters.preset.hero.fit",
            value: "cover"
        ),
        Bad(
            yaml: "collections: {posters: {presets: [hero], preset: {hero: {width: 5000, dpr: 2}}}}",
            key: "collections.posters.preset.hero.width",
            value: "10000"
        ),
        Bad(
            yaml: "collections: {posters: {presets: [hero], preset: {hero: {width: 9, background: red}}}}",
            key: "collections.posters.preset.hero.background",
            value: "red"
        ),
        Bad(
            yaml: "collections: {posters: {presets: [w92], preset: {w92: {blur: -1}}}}",
            key: "collections.posters.preset.w92.blur",
            value: "-1"
        ),
        Bad(yaml: "workers: {count: 0}", key: "workers.count", value: "0"),
        Bad(yaml: "workers: {addressSpace: 1MiB}", key: "workers.addressSpace", value: "1MiB"),
        Bad(yaml: "collections: {posters: {maximumSize: huge}}", key: "collections.posters.maximumSize", value: "huge"),
        Bad(yaml: "collections: {posters: {maximumSize: 0}}", key: "collections.posters.maximumSize", value: "0"),
        Bad(yaml: "collections: {posters: {types: [jpeg]}}", key: "collections.posters.types", value: "jpeg"),
        Bad(
            yaml: "collections: {posters: {replacing: sometimes}}",
            key: "collections.posters.replacing",
            value: "sometimes"
        ),
        Bad(yaml: "collections: {posters: {maxAge: 366d}}", key: "collections.posters.maxAge", value: "366d"),
        Bad(yaml: "collections: {posters: {maxAge: 8761h}}", key: "collections.posters.maxAge", value: "8761h"),
        Bad(
            yaml: "collections: {posters: {staleWhileRevalidate: 8761h}}",
            key: "collections.posters.staleWhileRevalidate",
            value: "8761h"
        ),
        Bad(
            yaml: "collections: {posters: {staleIfError: -1s}}",
            key: "collections.posters.staleIfError",
            value: "-1s"
        ),
        Bad(yaml: "collections: {posters: {limitRate: fast}}", key: "collections.posters.limitRate", value: "fast"),
        Bad(yaml: "collections: {videos: {limitRate: 2TiB}}", key: "collections.videos.limitRate", value: "2TiB"),
        Bad(yaml: "collections: {videos: {limitRateAfter: -1}}", key: "collections.videos.limitRateAfter", value: "-1"),
        Bad(yaml: "http: {acceleration: sendfile}", key: "http.acceleration", value: "sendfile"),
        Bad(yaml: "http: {accelerationPrefix: protected}", key: "http.accelerationPrefix", value: "protected"),
        Bad(yaml: "http: {accelerationPrefix: /a}", key: "http.accelerationPrefix", value: "/a"),
        Bad(yaml: "http: {accelerationPrefix: /}", key: "http.accelerationPrefix", value: "/"),
        Bad(yaml: "http: {accelerationPrefix: /../}", key: "http.accelerationPrefix", value: "/../"),
        Bad(yaml: "http: {accelerationPrefix: /a?b/}", key: "http.accelerationPrefix", value: "/a?b/"),
        Bad(yaml: "collections: {posters: {presets: [x5]}}", key: "collections.posters.presets", value: "x5"),
        Bad(yaml: "collections: {names: [../x]}", key: "collections.names", value: "../x"),
        Bad(yaml: "collections: {names: [posters, posters]}", key: "collections.names", value: "posters"),
        Bad(yaml: "collections: {names: [new]}", key: "collections.new.types", value: ""),
        Bad(yaml: "http: {prot: 80}", key: "http.prot", value: ""),
        Bad(yaml: "colections: {names: [x]}", key: "colections.names", value: ""),
        Bad(yaml: "database: {connections: 1}", key: "database.connections", value: "1"),
    ]

    @Test("with a value that is not allowed stops, and names the key and the value", arguments: bad)
    func badValue(_ bad: Bad) async throws {
        let outcome = try await check(bad.yaml)
        #expect(outcome.ending == .exited(2), "\(outcome.text)")
        #expect(outcome.errors.contains(bad.key), "\(outcome.errors)")
        #expect(outcome.errors.contains(bad.value), "\(outcome.errors)")
        #expect(
            outcome.errors.count > bad.key.count + bad.value.count + 20,
            "what is allowed is not said: \(outcome.errors)"
        )
    }

    @Test("with a bad value stops serve as well, before it makes anything")
    func serveStops() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: "http: {port: 80000}\n")
        let outcome = try await ChildProcess.run(
            .init(
                try DaemonBinary.path(),
                ["serve", "--config", site.configurationFile, "--storage-root", "\(site.directory)/new"]
            )
        )
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("http.port"))
        #expect(!FileManager.default.fileExists(atPath: "\(site.directory)/new"))
        try await site.remove()
    }

    @Test("tells all its mistakes at once, each with its line, and never a secret")
    func allAtOnce() async throws {
        let outcome = try await check(
            """
            database: {url: "mysql://media:s3cret@db/app"}
            storage: {root: /proc/x}
            http: {port: 99999}
            tls: {certificate: /nonexistent.pem, privateKey: /nonexistent.key}
            collections:
              names: [posters]
              covers: {types: [image/png]}
            """,
            environment: ["MEDIAD_HTTP_PROT": "1"]
        )
        #expect(outcome.ending == .exited(2))
        for words in [
            "line 1: The setting database.url", "line 2: The setting storage.root", "line 3: The setting http.port",
            "line 4: The setting tls.certificate", "line 7: The setting collections.names lacks covers",
            "MEDIAD_HTTP_PROT",
        ] { #expect(outcome.errors.contains(words), "\(words): \(outcome.errors)") }
        #expect(!outcome.errors.contains("s3cret"))
        let broken = try await check("database: {url: \"postgresql://media:s3cret@db/app\"}\nhttp: [\n")
        #expect(broken.ending == .exited(2) && !broken.errors.contains("s3cret"), "\(broken.errors)")
    }

    @Test("that is empty, or has comments only, says nothing: the defaults hold")
    func empty() async throws {
        for text in ["", "\n", "# storage:\n#   root: /x\n"] {
            let outcome = try await check(text)
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(outcome.text.contains("avatars, posters, videos, documents"))
        }
    }

    @Test("that is missing or no YAML is refused")
    func unreadable() async throws {
        #expect(try await check("http: [").ending == .exited(2))
        #expect(try await check("just words").ending == .exited(2))
        let missing = try await ChildProcess.run(
            .init(try DaemonBinary.path(), ["config", "check", "--config", "/nonexistent/mediad.yaml"])
        )
        #expect(missing.ending == .exited(2))
        #expect(missing.errors.contains("/nonexistent/mediad.yaml"))
    }

    @Test("is taken from flags, then the environment, then the file, then the defaults")
    func precedence() async throws {
        func root(_ yaml: String, _ flags: [String] = [], _ environment: [String: String] = [:]) async throws -> String
        {
            let outcome = try await check(yaml, flags, environment: environment)
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            return outcome.lines.first { $0.hasPrefix("storage root: ") }.map { String($0.dropFirst(14)) } ?? ""
        }
        let file = "storage: {root: /from-file}\n"
        #expect(try await root("log: {level: info}").hasSuffix("/storage"))
        #expect(try await root(file) == "/from-file")
        #expect(try await root(file, [], ["MEDIAD_STORAGE_ROOT": "/from-environment"]) == "/from-environment")
        let all = try await root(file, ["--storage-root", "/from-flag"], ["MEDIAD_STORAGE_ROOT": "/from-environment"])
        #expect(all == "/from-flag")
    }

    @Test("takes every kind of key from the environment, and judges it by the same rules")
    func environment() async throws {
        let good = try await check(
            "http: {port: 1}",
            environment: ["MEDIAD_HTTP_PORT": "8123", "MEDIAD_DATABASE_URL": "", "DATABASE_URL": "postgres://u@h/d"]
        )
        #expect(good.ending == .exited(0), "\(good.errors)")
        #expect(good.text.contains(":8123"))
        #expect(good.text.contains("database: as configured"))
        for (name, key) in [
            ("MEDIAD_HTTP_PORT", "http.port"), ("MEDIAD_IMAGES_MAXIMUM_PIXELS", "images.maximumPixels"),
            ("MEDIAD_COLLECTIONS_POSTERS_MAXIMUM_SIZE", "collections.posters.maximumSize"),
        ] {
            let bad = try await check("http: {port: 1}", environment: [name: "nonsense"])
            #expect(bad.ending == .exited(2), "\(name)")
            #expect(bad.errors.contains(key) && bad.errors.contains("nonsense"), "\(bad.errors)")
        }
        let list = try await check("http: {port: 1}", environment: ["MEDIAD_COLLECTIONS_NAMES": "posters,videos"])
        #expect(list.text.contains("collections: posters, videos"), "\(list.text)\(list.errors)")
    }

    @Test("that the project ships is good")
    func shipped() async throws {
        let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
        let outcome = try await ChildProcess.run(
            .init(try DaemonBinary.path(), ["config", "check", "--config", "\(root)/config/mediad.yaml"])
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
    }

    @Test("of the page: it can be switched off")
    func page() async throws {
        for isEnabled in [true, false] {
            let site = try await DaemonSite(configuration: "page: {enabled: \(isEnabled)}\n")
            let daemon = try await site.start()
            let answer = try await daemon.request("GET", "/")
            #expect(answer.status == (isEnabled ? 200 : 404))
            if isEnabled {
                #expect(answer["Content-Type"]?.hasPrefix("text/html") == true)
                #expect(answer["Content-Security-Policy"]?.contains("default-src 'none'") == true)
            }
            #expect(try await daemon.terminate() == .exited(0))
            try await site.remove()
        }
    }
}
