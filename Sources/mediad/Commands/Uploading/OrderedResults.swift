/// Results that come in any order and go out in the order of what they are results of.
struct OrderedResults: Sendable {
    private var waiting: [Int: String?] = [:]
    private var next = 0

    /// - Parameters:
    ///   - index: counted from 0; each comes once.
    ///   - result: nil when there is none to go out.
    /// - Returns: what may go out now.
    mutating func take(_ index: Int, _ result: String?) -> [String] {
        self.waiting[index] = .some(result)
        var ready: [String] = []
        while let result = self.waiting.removeValue(forKey: self.next) {
            self.next += 1
            if let result { ready.append(result) }
        }
        return ready
    }
}
