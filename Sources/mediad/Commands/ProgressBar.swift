import Foundation
import Glibc
import MediaCore
import Synchronization

/// One line on a terminal's standard error that shows how far an upload is. Says nothing where there is no terminal.
final class ProgressBar: Sendable {
    private static let width = 30

    private let label: String
    private let total: Int64
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let lastPercent = Mutex<Int64>(-1)

    init(label: String, total: Int64) {
        self.label = label
        self.total = total
    }

    func update(_ done: Int64) {
        let percent = self.total > 0 ? done * 100 / self.total : 100
        let isNew = self.lastPercent.withLock { last in
            defer { last = percent }
            return last != percent
        }
        guard self.isTerminal, isNew else { return }
        let filled = Int(percent) * Self.width / 100
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.width - filled)
        self.write("\r\(self.label) [\(bar)] \(percent)% of \(ByteCount(bytes: self.total))")
    }

    func end() {
        if self.isTerminal { self.write("\n") }
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
