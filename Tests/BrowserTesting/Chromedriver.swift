import Glibc
import MediaTesting

/// A running chromedriver, which in turn starts Chromium.
struct Chromedriver: Sendable {
    let process: ChildProcess
    let connection: WebDriverConnection

    /// Starts it on a port that it chooses itself and tells on standard output.
    ///
    /// - Parameter home: A directory of the test's own for what browsers leave behind.
    /// - Throws: ``PageFailure`` when it or the browser is not installed; these tests are never skipped.
    static func start(home: String) async throws -> Chromedriver {
        let driver = try self.find("chromedriver", package: "chromium-driver")
        _ = try self.find("chromium", package: "chromium")
        let environment = ["HOME": home, "TMPDIR": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home]
        var lastWords = ""
        // It takes a free port of IPv4, and gives up when somebody has got the same one of IPv6 meanwhile.
        for _ in 0..<5 {
            let process = try await ChildProcess.start(
                .init(driver, ["--port=0"], environment: environment, directory: home)
            )
            func port() -> Int? { self.port(in: String(decoding: process.standardOutput, as: UTF8.self)) }
            _ = try await eventually(within: .seconds(30)) { port() != nil || process.ending != nil }
            if let port = port() {
                return Chromedriver(process: process, connection: .init(base: "http://127.0.0.1:\(port)"))
            }
            await process.kill9()
            lastWords = process.standardError
            guard lastWords.contains("Address already in use") else { break }
        }
        throw PageFailure("chromedriver did not start: \(lastWords)")
    }

    /// Ends it and every process of its group, such as a browser that did not end with its session.
    func stop() async {
        // It leads a group of its own (ChildProcess sees to that), whose number is not given out again before it is reaped.
        if process.ending == nil { kill(-process.processID, SIGKILL) }
        _ = await process.waitForExit(atMost: .seconds(10))
    }

    private static func port(in output: String) -> Int? {
        guard let start = output.firstRange(of: "started successfully on port ")?.upperBound else { return nil }
        let digits = output[start...].prefix { $0.isASCII && $0.isNumber }
        // The number is complete only when something follows it.
        return digits.endIndex == output.endIndex ? nil : Int(digits)
    }

    private static func find(_ program: String, package: String) throws -> String {
        let paths = ["/usr/local/bin", "/usr/bin", "/bin"].map { "\($0)/\(program)" }
        guard let path = paths.first(where: { path in access(path, X_OK) == 0 }) else {
            throw PageFailure(
                "\(program) is not installed, so nothing can be tested in a browser: run scripts/install-deps, which installs "
                    + "the Debian packages chromium and chromium-driver (missing: \(package))"
            )
        }
        return path
    }
}
