/// A place in a feed, with the history that it belongs to; written `epoch.number`.
package struct FeedPosition: Hashable, Sendable, CustomStringConvertible {
    /// The history: 1 to 32 of a-z and 0-9.
    package let epoch: String
    /// How many changes lie at or before it.
    package let number: Int64

    package init(epoch: String, number: Int64) {
        self.epoch = epoch
        self.number = number
    }

    /// Reads the written form; nil for any other text.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, (1...32).contains(parts[0].utf8.count), (1...19).contains(parts[1].utf8.count),
            parts[0].utf8.allSatisfy({ Self.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }),
            parts[1].utf8.allSatisfy(Self.isDigit), let number = Int64(parts[1])
        else { return nil }
        self.init(epoch: String(parts[0]), number: number)
    }

    package var description: String { "\(self.epoch).\(self.number)" }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

/// From where to where a feed reaches.
package struct FeedRange: Hashable, Sendable {
    /// Changes up to here are gone.
    package var floor: FeedPosition
    /// The newest change.
    package var head: FeedPosition

    package init(floor: FeedPosition, head: FeedPosition) {
        self.floor = floor
        self.head = head
    }

    /// Whether all that lies behind a position is there.
    package func contains(_ position: FeedPosition) -> Bool {
        position.epoch == self.head.epoch && position.number >= self.floor.number
            && position.number <= self.head.number
    }
}
