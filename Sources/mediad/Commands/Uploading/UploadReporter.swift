import Synchronization
import UploadClient

/// Tells the display how uploads get on, in the words of the command line.
final class UploadReporter: UploadObserver {
    private let display: ProgressDisplay
    private let results = Mutex(OrderedResults())

    /// The files as they were named, for results in JSON; nil for results that are addresses.
    private let files: [String]?

    /// - Parameter files: as they were named, where results are to be JSON.
    init(_ display: ProgressDisplay, jsonOf files: [String]?) {
        self.display = display
        self.files = files
    }

    func began(_ index: Int, name: String, size: Int64) {
        self.display.begin(index, ProgressLine(label: name, total: size))
    }

    func progressed(_ index: Int, to offset: Int64) { self.display.update(index, done: offset) }

    func processing(_ index: Int) { self.display.wait(index, for: "being processed") }

    func retrying(_ index: Int, path: String, reason: String, after pause: Duration) {
        self.display.say("\(path): \(reason); trying again in \(ProgressLine.seconds(pause)) s.")
        self.display.wait(index, for: "trying again")
    }

    func warned(_ message: String) { self.display.say(message) }

    func ended(_ index: Int, _ outcome: UploadOutcome) {
        if case .sent(_, let time, _) = outcome { self.display.end(index, after: time) }
        if let error = outcome.error { self.display.say(error.words) }
        self.display.end(index)
        // Within the lock: what came out first is printed first.
        self.results.withLock { results in
            let result = self.files.map { UploadResult(file: $0[index], outcome).line } ?? outcome.url
            for line in results.take(index, result) { self.display.put(line) }
        }
    }
}

extension UploadClientError {
    /// What happened, and what to do about it on the command line.
    var words: String {
        switch self.advice {
        case nil: self.message
        case .sendAgain: "\(self.clause); run the command again."
        case .resume: "\(self.message) Run the same command again to go on."
        case .publishAgain: "\(self.message) The bytes are kept: the same command tries again without sending them."
        }
    }

    /// The message without its full stop, for a sentence that goes on.
    private var clause: Substring { self.message.hasSuffix(".") ? self.message.dropLast() : self.message[...] }
}
