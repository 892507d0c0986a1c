import MediaCore
import Synchronization

/// What a worker writes to its standard error: cut into lines, and bounded, because libraries print thousands of lines on a
/// broken file.
struct WorkerOutput: Sendable {
    /// More lines than this per job are counted, not kept.
    static let maximumLinesPerJob = 20
    /// Longer lines are cut.
    static let maximumLineLengthBytes = 512

    private var partial: [UInt8] = []
    private var lineCount = 0
    /// Lines of the current job that were not kept.
    private(set) var droppedCount = 0
    /// The first lines of the current job, for the cause of its failure.
    private(set) var lines: [String] = []

    /// Takes the next bytes, and returns the lines to log.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var fresh: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let line = self.endLine() { fresh.append(line) }
            } else if self.partial.count < Self.maximumLineLengthBytes {
                self.partial.append(byte)
            }
        }
        return fresh
    }

    /// A new job begins: the count starts again. Returns how many lines were dropped of the one before.
    mutating func beginJob() -> Int {
        defer {
            self.lineCount = 0
            self.droppedCount = 0
            self.lines = []
        }
        return self.droppedCount
    }

    /// The unfinished line at the end of the stream.
    mutating func finish() -> String? { self.partial.isEmpty ? nil : self.endLine() }

    private mutating func endLine() -> String? {
        defer { self.partial.removeAll(keepingCapacity: true) }
        guard self.lineCount < Self.maximumLinesPerJob else {
            self.droppedCount += 1
            return nil
        }
        self.lineCount += 1
        let line = String(decoding: self.partial, as: UTF8.self).bounded(to: Self.maximumLineLengthBytes)
        self.lines.append(line)
        return line
    }
}
