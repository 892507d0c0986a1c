import Foundation
import Logging

/// One JSON object a line on standard error: `time`, `level`, `label`, `message`, and the metadata.
struct JSONLogHandler: LogHandler {
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    private let label: String

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var members = self.metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
        members["time"] = Date.now.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
        members["level"] = event.level.rawValue
        members["label"] = self.label
        members["message"] = "\(event.message)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var line = try? encoder.encode(members) else { return }
        line.append(UInt8(ascii: "\n"))
        // One write: lines of several threads do not mix.
        // A log that cannot be written (a full disk, a collector that went away) must not end the daemon.
        try? FileHandle.standardError.write(contentsOf: line)
    }
}

extension Settings.Log {
    /// Makes this the process's logging. Called once.
    func bootstrap() {
        let (level, format) = (self.level, self.format)
        LoggingSystem.bootstrap { label in
            switch format {
            case .json:
                var handler = JSONLogHandler(label: label)
                handler.logLevel = level
                return handler
            case .text:
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = level
                return handler
            }
        }
    }
}
