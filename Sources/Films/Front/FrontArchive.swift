package import Logging
import NIOCore
import Postgres
import Synchronization

/// The builds that ran within the last day, in the table `films.front_files`: pages that were opened before a deploy load the rest of
/// their parts from there.
package final class FrontArchive: Sendable {
    private let database: FilmsDatabase
    private let builds = Mutex(Builds())

    /// How long a build's files are kept after it last ran.
    static let retention = Duration.seconds(24 * 60 * 60)
    /// How often a running process says so.
    static let interval = Duration.seconds(600)
    /// Former builds in memory; one has a few hundred KiB.
    static let maximumBuilds = 4
    /// A build that was not there is looked for again after this, however often it is asked for.
    static let patience = Duration.seconds(5)
    /// Versions that are known to be missing, at most.
    static let maximumMissing = 64

    private struct Builds {
        /// The latest used last.
        var known: [(version: String, files: [String: FrontFile])] = []
        var missing: [String: ContinuousClock.Instant] = [:]
    }

    package init(database: FilmsDatabase) { self.database = database }

    // MARK: Reading

    /// - Returns: a file of a former build; nil when there is no such file, or the build last ran more than a day ago.
    func file(_ path: String, version: String) async throws(FilmsError) -> FrontFile? {
        let now = ContinuousClock.now
        let (files, isMissing) = self.builds.withLock { builds -> ([String: FrontFile]?, Bool) in
            if let index = builds.known.firstIndex(where: { $0.version == version }) {
                let build = builds.known.remove(at: index)
                builds.known.append(build)
                return (build.files, false)
            }
            return (nil, builds.missing[version].map { now - $0 < Self.patience } ?? false)
        }
        if let files { return files[path] }
        guard !isMissing else { return nil }
        return try await self.load(version, now: now)[path]
    }

    private func load(
        _ version: String,
        now: ContinuousClock.Instant
    ) async throws(FilmsError) -> [String: FrontFile] {
        let contents = try await self.database.run { client in
            try await client.query("SELECT path, bytes FROM films.front_files WHERE version = \(version)").rows.map {
                (try $0.decode("path", as: String.self), try $0.decode("bytes", as: [UInt8].self))
            }
        }
        var files: [String: FrontFile] = [:]
        for (path, bytes) in contents { files[path] = FrontFile(path: path, bytes: ByteBuffer(bytes: bytes)) }
        let found = files
        self.builds.withLock { builds in
            if found.isEmpty {
                if builds.missing.count >= Self.maximumMissing { builds.missing.removeAll() }
                builds.missing[version] = now
            } else if !builds.known.contains(where: { $0.version == version }) {
                builds.known.append((version, found))
                if builds.known.count > Self.maximumBuilds { builds.known.removeFirst() }
            }
        }
        return found
    }

    // MARK: Writing

    /// Says that a build runs now, writes its files where they are not there, and forgets builds that last ran a day ago.
    package func keep(_ build: FrontBuild) async throws(FilmsError) {
        let files = build.files.values.sorted { $0.path < $1.path }
        try await self.database.transaction { connection in
            // The row is locked until the files are there: two processes that start at once write them once.
            let written = try await connection.query(
                """
                INSERT INTO films.front_builds AS build (version, last_run_at) VALUES (\(build.version), now())
                ON CONFLICT (version) DO UPDATE SET last_run_at = now()
                RETURNING (SELECT count(*) FROM films.front_files WHERE version = build.version)::int8 AS files
                """
            ).rows.first?.decode("files", as: Int.self)
            if written != files.count {
                for file in files {
                    _ = try await connection.query(
                        """
                        INSERT INTO films.front_files (version, path, type, bytes)
                        VALUES (\(build.version), \(file.path), \(file.type), \(Array(file.bytes.readableBytesView)))
                        ON CONFLICT DO NOTHING
                        """
                    )
                }
            }
            _ = try await connection.query(
                """
                DELETE FROM films.front_builds
                WHERE last_run_at < now() - make_interval(secs => \(Double(Self.retention.components.seconds)))
                """
            )
        }
    }

    /// Keeps saying so until it is cancelled. A database that is away is no reason to end.
    package func run(keeping build: FrontBuild, logger: Logger) async {
        var failure: String?
        while !Task.isCancelled {
            do {
                try await self.keep(build)
                failure = nil
            } catch {
                let text = "\(error.reason)"
                if failure != text {
                    logger.warning(
                        "The page's files could not be kept for the next day",
                        metadata: ["error": "\(text)"]
                    )
                }
                failure = text
            }
            try? await Task.sleep(for: failure == nil ? Self.interval : .seconds(10))
        }
    }
}
