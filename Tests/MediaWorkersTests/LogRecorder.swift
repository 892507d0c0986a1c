import Logging
import Synchronization

/// Keeps what was logged.
final class LogRecorder: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: [String: String]
    }

    private let recorded = Mutex<[Line]>([])

    var lines: [Line] { self.recorded.withLock { $0 } }
    func lines(_ message: String) -> [Line] { self.lines.filter { $0.message == message } }
    func append(_ line: Line) { self.recorded.withLock { $0.append(line) } }
}

/// Sends everything to a ``LogRecorder``.
struct RecordingLogHandler: LogHandler {
    let recorder: LogRecorder
    var metadataProvider: Logger.MetadataProvider?
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    init(recorder: LogRecorder) { self.recorder = recorder }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = self.metadata.merging(event.metadata ?? [:]) { $1 }
        self.recorder.append(
            LogRecorder.Line(
                level: event.level,
                message: event.message.description,
                metadata: metadata.mapValues(\.description)
            )
        )
    }
}
