/// Lines at the bottom of a terminal that are drawn again and again in the same place (ECMA-48: CUU, EL, ED).
///
/// The cursor is below the block between two drawings.
struct ProgressBlock: Sendable {
    private static let escape = "\u{1B}["

    private var drawn = 0

    /// What to write to have these lines in place of those drawn before. None of them may wrap.
    mutating func redraw(_ lines: [String]) -> String {
        if self.drawn == 0, lines.isEmpty { return "" }
        let text = self.home + lines.map { "\(Self.escape)2K\($0)\n" }.joined() + "\(Self.escape)0J"
        self.drawn = lines.count
        return text
    }

    /// What to write before anything else may be written.
    mutating func clear() -> String {
        guard self.drawn > 0 else { return "" }
        defer { self.drawn = 0 }
        return self.home + "\(Self.escape)0J"
    }

    private var home: String { self.drawn > 0 ? "\r\(Self.escape)\(self.drawn)A" : "\r" }
}
