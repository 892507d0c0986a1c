/// The name of a resumable upload: 128 random bits as 32 lower-case hex digits.
///
/// It cannot be guessed, so knowing it is the permission to go on with the upload.
package struct UploadID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The 32 digits.
    package let text: String

    /// A new name, from the system's random numbers.
    package init() {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef")
        self.text = String((0..<32).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
    }

    /// - Returns: nil for anything but 32 lower-case hex digits.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32,
            text.utf8.allSatisfy({
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { self.text }
}
