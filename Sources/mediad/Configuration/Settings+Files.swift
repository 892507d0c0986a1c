import MediaCore
import MediaServer
import MediaWorkers
import NIOCore
import ServiceSupport

extension Settings.Files {
    init(_ reader: SettingsReader) async throws {
        self.cachedRecords = try await reader.read(
            .integer(
                "files.cachedRecords",
                default: 10_000,
                in: 0...10_000_000,
                "Records kept in memory, and as many as JSON."
            )
        )
        self.hotFiles = HotFileCache.Limits(
            files: try await reader.read(
                .integer(
                    "files.openFiles",
                    default: 1000,
                    in: 0...1_000_000,
                    """
                    Files that are kept open, with their responses ready, because clients asked for them; each is a \
                    descriptor. 0 leaves every request to the router.
                    """
                )
            ),
            bodyBytes: Int(
                try await reader.read(
                    .bytes(
                        "files.cachedFileSize",
                        default: .kibibytes(64),
                        in: ByteCount(bytes: 0) ... .mebibytes(16),
                        "Of those, the largest file whose bytes are kept in memory too."
                    )
                ).bytes
            ),
            totalBodyBytes: Int(
                try await reader.read(
                    .bytes(
                        "files.cacheSize",
                        default: .mebibytes(16),
                        in: ByteCount(bytes: 0) ... .gibibytes(64),
                        "Memory for such bytes, all files together."
                    )
                )
                .bytes
            )
        )
        self.waitersPerName = try await reader.read(
            .integer(
                "files.waitersPerName",
                default: 16,
                in: 0...10_000,
                "Uploads that may wait for another one to the same name; more are refused."
            )
        )
        self.retryInterval = try await reader.read(
            .duration(
                "files.retryInterval",
                default: .seconds(2),
                in: .anyTimeout,
                "Pause between attempts to finish a commit that the database or the disk interrupted."
            )
        )
        self.fillInPause = try await reader.read(
            .duration(
                "files.fillInPause",
                default: .milliseconds(100),
                in: .zero ... .seconds(3600),
                """
                Records of an older mediad lack some members (placeholders, codecs, tracks). The daemon fills them in \
                in the background after a start, one record at a time, with this pause after each.
                """
            )
        )
    }
}

extension Settings.Workers {
    init(_ reader: SettingsReader) async throws {
        self.count = try await reader.read(
            .integer(
                "workers.count",
                default: System.coreCount,
                in: 1...256,
                standardText: "the number of cores",
                "Processes."
            )
        )
        self.addressSpace = try await reader.read(
            .bytes(
                "workers.addressSpace",
                default: .gibibytes(2),
                in: .mebibytes(256) ... .gibibytes(1024),
                "Address space of one. A 12 megapixel HEIC needs about 512 MiB."
            )
        )
        self.cpuTime = try await reader.read(
            .duration(
                "workers.cpuTime",
                default: .seconds(30),
                in: .anyTimeout,
                "Processor time of one job, and of each of several renditions in one."
            )
        )
        self.wallTime = try await reader.read(
            .duration(
                "workers.wallTime",
                default: .seconds(30),
                in: .anyTimeout,
                "Time of one job, and of each of several renditions in one; after that its worker is killed."
            )
        )
        self.renditionsPerJob = try await reader.read(
            .integer(
                "workers.renditionsPerJob",
                default: 24,
                in: 1...WorkerLimits.maximumRenditions,
                """
                Presets of a new file, in each of their formats, that are made in one job, for which the file is decoded \
                once. Somebody who needs the same worker waits until the job is done.
                """
            )
        )
        self.jobsPerWorker = try await reader.read(
            .integer(
                "workers.jobsPerWorker",
                default: 1000,
                in: 1...1_000_000,
                "Jobs after which a worker is replaced by a fresh one."
            )
        )
        self.runtimeCompiler = try await reader.read(
            .bool(
                "workers.runtimeCompiler",
                default: true,
                """
                Whether libvips (8.14 and older) may compile its inner loops while it runs, into 512 KiB per worker \
                that are reserved before the sandbox closes. false: no memory for code in a worker can be written, and \
                a thumbnail costs about an eighth more processor time.
                """
            )
        )
        self.queue = try await reader.read(
            .integer(
                "workers.queue",
                default: 256,
                in: 1...100_000,
                "Jobs that may wait; more are refused with \"busy\"."
            )
        )
        self.maximumWait = try await reader.read(
            .duration(
                "workers.maximumWait",
                default: .seconds(30),
                in: .anyTimeout,
                "How long a job waits for a worker before it is refused with \"busy\"."
            )
        )
        self.outputSize = try await reader.read(
            .bytes(
                "workers.outputSize",
                default: .mebibytes(64),
                in: .mebibytes(1) ... .gibibytes(4),
                "The largest thumbnail file."
            )
        )
    }
}
