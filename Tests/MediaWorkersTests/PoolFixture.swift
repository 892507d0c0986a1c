import Dispatch
import FoundationEssentials
import Glibc
import Logging
import MediaCore
import MediaWorkers
import Testing

/// A pool of `worker-probe` processes for the length of one test.
struct PoolFixture {
    let pool: WorkerPool
    let log: LogRecorder
    let directory: String

    static let imageLimits = ImageLimits(maximumPixels: 50_000_000, maximumFrames: 100)

    /// Runs `body` beside the pool, then stops the pool and waits for its end.
    static func with<Value>(
        _ arguments: [String] = [],
        count: Int = 1,
        limits: WorkerLimits = WorkerLimits(),
        _ body: (PoolFixture) async throws -> Value
    ) async throws -> Value {
        let log = LogRecorder()
        let logger = Logger(label: "test") { _ in RecordingLogHandler(recorder: log) }
        let pool = WorkerPool(
            executable: Self.probe,
            arguments: arguments,
            count: count,
            limits: limits,
            logger: logger
        )
        let directory = try Self.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let running = Task { try await pool.run() }
        do {
            let value = try await body(PoolFixture(pool: pool, log: log, directory: directory))
            running.cancel()
            try await running.value
            return value
        } catch {
            running.cancel()
            try await running.value
            throw error
        }
    }

    /// Built beside the tests.
    static let probe: String = {
        let tests = CommandLine.arguments.first ?? ""
        let candidates = [
            tests, (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "",
        ]
        for candidate in candidates {
            var folder = candidate
            for _ in 0..<5 {
                guard let slash = folder.lastIndex(of: "/") else { break }
                folder = String(folder[..<slash])
                if access("\(folder)/worker-probe", X_OK) == 0 { return "\(folder)/worker-probe" }
            }
        }
        return "/worker-probe-was-not-built"
    }()

    private static func makeDirectory() throws -> String {
        var template = Array("/tmp/mediad-workers-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw TestFailure("mkdtemp: errno \(errno)") }
        let directory = String(cString: path)
        // The workers run as nobody; what they must not do here must fail because of the sandbox, not because of the mode.
        chmod(directory, 0o777)
        return directory
    }

    /// A file of the given text, open for reading and writing, as staged files are.
    func file(_ text: String = "harmless", name: String = "source") throws -> OpenFile {
        // Unique: the name of a file.
        let path = "\(self.directory)/\(name)-\(UInt64.random(in: 0...(.max)))"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw TestFailure("open \(path): errno \(errno)") }
        fchmod(descriptor, 0o666)
        guard write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw TestFailure("write: errno \(errno)")
        }
        let identity = FileIdentity(
            size: ByteCount(bytes: Int64(text.utf8.count)),
            modifiedAt: Timestamp(microseconds: 0)
        )
        return OpenFile(descriptor: descriptor, identity: identity) { _ = close($0) }
    }

    /// Does the deed in a worker, and returns the text it says: `text/` and what follows.
    func say(_ deed: String) async throws -> String {
        let inspection = try await self.pool.inspect(self.file(), allowedTypes: [deed], limits: Self.imageLimits)
        return String(inspection.type.essence.dropFirst("text/".count))
    }

    /// Does the deed, which must fail, and returns how.
    func error(_ deed: String) async throws -> MediaError {
        do {
            let answer = try await self.say(deed)
            throw TestFailure("\(deed) was answered: \(answer)")
        } catch let error as MediaError {
            return error
        }
    }

    /// Does the deed, whose answer must be `text`.
    func expect(_ deed: String, says text: String, location: SourceLocation = #_sourceLocation) async throws {
        let answer = try await self.say(deed)
        #expect(answer == text, sourceLocation: location)
    }

    /// Does the deed, which must fail with `code`.
    func expect(
        _ deed: String,
        failsWith code: MediaError.Code,
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let error = try await self.error(deed)
        #expect(error.code == code, sourceLocation: location)
    }

    func text(of file: OpenFile) -> String {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = pread(file.descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
