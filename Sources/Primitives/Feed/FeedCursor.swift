/// A position in the feed of changes: a reader goes on behind it.
///
/// Positions are given in the order in which changes became visible, without gaps. The epoch names one history of one database: after a
/// restore, or when another server takes over that had not seen everything, positions mean something else, and the epoch is another.
package struct FeedCursor: Hashable, Sendable, CustomStringConvertible {
    /// The history that the position belongs to: 1 to 32 lowercase letters and digits.
    package let epoch: String
    /// The number of the last change that lies before the cursor; 0 before the first.
    package let position: Int64

    package init(epoch: String, position: Int64) {
        self.epoch = epoch
        self.position = position
    }

    /// Reads ``text``; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...32).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }),
            let position = Int64(parts[1]), position >= 0, String(position) == parts[1]
        else { return nil }
        self.init(epoch: String(parts[0]), position: position)
    }

    /// As clients keep it and hand it back: the epoch, a dot, the position in decimal digits.
    package var text: String { "\(self.epoch).\(self.position)" }

    package var description: String { self.text }
}
