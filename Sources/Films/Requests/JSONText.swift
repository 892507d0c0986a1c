extension [UInt8] {
    /// The closing quote of a text that begins here, in JSON; the last byte where there is none.
    func endOfJSONText(at start: Int) -> Int {
        var index = start + 1
        while index < self.count - 1, self[index] != UInt8(ascii: "\"") {
            index += self[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return Swift.min(index, self.count - 1)
    }
}
