import Foundation
package import Logging

/// One JSON object a line: `time`, `level`, `label`, `message`, and the metadata, in which numbers are numbers.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    private let label: String
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes each line, its newline included; called where the logging is done.
    package init(label: String, write: @escaping @Sendable (String) -> Void) {
        self.label = label
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var members = self.metadata.merging(event.metadata ?? [:]) { $1 }.mapValues(JSONLogValue.init)
        members["time"] = .text(Date.now.formatted(Self.time))
        members["level"] = .text(event.level.rawValue)
        members["label"] = .text(self.label)
        members["message"] = .text("\(event.message)")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(members) else { return }
        self.write(String(decoding: line, as: UTF8.self) + "\n")
    }

    /// RFC 3339 in UTC, with the zone: `2026-11-22T16:45:59.123Z`.
    private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
