import Dispatch
import Synchronization

/// What `mediad upload` says while it works: a line for each running file on a terminal, messages on standard error, results on
/// standard output, none of them in the middle of another.
///
/// A terminal may stop reading (Ctrl-S): all writing happens on a queue of its own, and nobody waits for it but ``close()``.
final class ProgressDisplay: Sendable {
    private let redraws: Bool
    private let queue = DispatchQueue(label: "mediad.progress")
    private let lines = Mutex<[Int: ProgressLine]>([:])
    private let block = Mutex(ProgressBlock())
    private let began = ContinuousClock.now
    private let isClosed = Mutex(false)

    /// - Parameter redraws: whether standard error is a terminal that can. Otherwise there are messages and results only.
    init(redraws: Bool) {
        self.redraws = redraws
        if redraws { self.queue.async { self.tick() } }
    }

    /// A file begins; `id` tells it from the others, and orders the lines.
    func begin(_ id: Int, _ line: ProgressLine) { self.lines.withLock { $0[id] = line } }

    /// This many bytes of the file have gone.
    func update(_ id: Int, done: Int64) {
        self.lines.withLock {
            $0[id]?.done = done
            $0[id]?.waitingFor = nil
        }
    }

    /// The file waits, and for what.
    func wait(_ id: Int, for reason: String) { self.lines.withLock { $0[id]?.waitingFor = reason } }

    /// The file is done with, well or not. On a terminal a summary stays where `time`, which it took, is given.
    func end(_ id: Int, after time: Duration? = nil) {
        let line = self.lines.withLock { $0.removeValue(forKey: id) }
        guard self.redraws, let line, let time else { return }
        self.queue.async { self.above { Terminal.writeError(line.summary(after: time) + "\n") } }
    }

    /// A message for people, which may hold names and words of others: nothing in it reaches the terminal but text.
    func say(_ text: String) {
        self.queue.async { self.above { Terminal.writeError("mediad: \(TerminalText.plain(text))\n") } }
    }

    /// A result, for programs too.
    func put(_ text: String) {
        self.queue.async { self.above { Terminal.writeOutput(text + "\n") } }
    }

    /// Returns when everything is written and the lines are gone.
    func close() async {
        await withCheckedContinuation { continuation in
            self.queue.async {
                self.isClosed.withLock { $0 = true }
                Terminal.writeError(self.block.withLock { $0.clear() })
                continuation.resume()
            }
        }
    }

    /// Writes something else than the lines: they make room and come back below.
    private func above(_ body: () -> Void) {
        if self.redraws { Terminal.writeError(self.block.withLock { $0.clear() }) }
        body()
        self.draw()
    }

    /// Draws five times in a second, until this is closed.
    private func tick() {
        guard !self.isClosed.withLock(\.self) else { return }
        self.draw()
        self.queue.asyncAfter(deadline: .now() + .milliseconds(200)) { self.tick() }
    }

    private func draw() {
        guard self.redraws else { return }
        let (columns, rows) = Terminal.size
        let time = self.began.duration(to: .now)
        let texts = self.lines.withLock { lines in
            for id in lines.keys {
                guard let done = lines[id]?.done else { continue }
                lines[id]?.rate.record(done, at: time)
            }
            // More lines than rows could not be drawn over: those that began first are shown.
            let shown = lines.sorted { $0.key < $1.key }.prefix(max(1, rows - 1)).map(\.value)
            let labelWidth = shown.map { TerminalText.width($0.label) }.max() ?? 0
            return shown.map { $0.text(columns: columns, labelWidth: labelWidth) }
        }
        Terminal.writeError(self.block.withLock { $0.redraw(texts) })
    }
}
