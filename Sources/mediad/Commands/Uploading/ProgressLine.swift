import MediaCore

/// How far one file is, as a line for people.
struct ProgressLine: Sendable {
    private static let shortestBar = 8
    private static let longestBar = 30

    var label: String
    var total: Int64
    /// Bytes that have gone, those of earlier runs included.
    var done: Int64
    var rate = TransferRate()
    /// What is waited for when no bytes go: the server's work, the next try.
    var waitingFor: String?

    init(label: String, total: Int64, done: Int64 = 0) {
        self.label = TerminalText.plain(label)
        self.total = total
        self.done = done
    }

    /// The line, never wider than `columns` less one: a full line would make some terminals go to the next. What matters least
    /// is left out first: the bar, then the end of the text.
    /// - Parameter labelWidth: the widest label of all lines, so that their bars begin below each other.
    func text(columns: Int, labelWidth: Int = 0) -> String {
        let room = max(0, columns - 1)
        let widest = max(8, room / 3)
        let label = TerminalText.cut(self.label, to: widest).padded(to: min(labelWidth, widest))
        let facts = self.facts
        let free = room - TerminalText.width(label) - TerminalText.width(facts) - 4
        guard free >= Self.shortestBar else { return TerminalText.cut("\(label) \(facts)", to: room) }
        return "\(label) [\(self.bar(min(free, Self.longestBar)))] \(facts)"
    }

    /// What stays on the terminal when the file is there.
    func summary(after time: Duration) -> String {
        "\(self.label): \(ByteCount(bytes: self.total)) in \(Self.clock(time))"
    }

    private var share: Double { self.total > 0 ? min(1, max(0, Double(self.done) / Double(self.total))) : 1 }

    private var facts: String {
        // Rounded down: 100 % is said when it is true.
        let percent = "\(Int(self.share * 100))%".leftPadded(to: 4)
        let size = "\(percent) of \(ByteCount(bytes: self.total))"
        if let waitingFor = self.waitingFor { return "\(size), \(waitingFor)" }
        if self.done >= self.total { return "\(size), waiting for the server" }
        guard let rate = self.rate.bytesPerSecond else { return size }
        guard let left = self.rate.timeLeft(total: self.total) else { return "\(size), \(Self.speed(rate))" }
        return "\(size), \(Self.speed(rate)), \(Self.clock(left)) left"
    }

    private func bar(_ width: Int) -> String {
        let filled = Int(self.share * Double(width))
        return String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    }

    /// `33.6 MiB/s`, `793.3 KiB/s`: the same units as sizes have.
    static func speed(_ bytesPerSecond: Double) -> String {
        "\(ByteCount(bytes: Int64(max(0, min(bytesPerSecond, 1e15)))))/s"
    }

    /// `0.5`, `2`: a pause in seconds.
    static func seconds(_ pause: Duration) -> String {
        let tenths = Int((pause / .milliseconds(100)).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// `0:07`, `12:30`, `1:02:03`.
    static func clock(_ time: Duration) -> String {
        let seconds = Int(time.components.seconds)
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        let end = "\(seconds % 60)".leftPadded(to: 2, with: "0")
        return hours > 0 ? "\(hours):\("\(minutes)".leftPadded(to: 2, with: "0")):\(end)" : "\(minutes):\(end)"
    }
}

extension String {
    fileprivate func padded(to columns: Int) -> String {
        self + String(repeating: " ", count: max(0, columns - TerminalText.width(self)))
    }

    fileprivate func leftPadded(to count: Int, with character: Character = " ") -> String {
        String(repeating: character, count: max(0, count - self.count)) + self
    }
}
