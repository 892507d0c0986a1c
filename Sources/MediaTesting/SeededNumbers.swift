import Glibc

/// Random numbers that are the same each time for the same seed: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
/// number generators, 2014).
package struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Numbers that `seed` decides.
    package init(seed: UInt64) { self.state = seed }

    /// Numbers of a random test, and a line on standard error with the seed, so that a failed run can be repeated.
    ///
    ///     var numbers = SeededNumbers(test: 4)
    ///
    /// `MEDIAD_TEST_SEED` replaces the seed of every random test: by its number, or with `random` by one that is drawn anew.
    /// - Parameter seed: what the test uses by default; a fixed number keeps runs comparable.
    package init(test seed: UInt64, fileID: String = #fileID, line: Int = #line) {
        self.init(seed: Self.seed(seed, fileID: fileID, line: line))
    }

    /// The seed of a random test that makes several generators of it; printed and replaced as ``init(test:fileID:line:)`` says.
    package static func seed(_ usual: UInt64, fileID: String = #fileID, line: Int = #line) -> UInt64 {
        let seed =
            switch getenv("MEDIAD_TEST_SEED").map({ String(cString: $0) }) {
            case "random": UInt64.random(in: 0...UInt64(UInt32.max))
            case .some(let text): UInt64(text) ?? usual
            case nil: usual
            }
        // One write, so that lines of tests that run side by side do not mix.
        let message = "\(fileID):\(line): MEDIAD_TEST_SEED=\(seed) repeats the random numbers of this test\n"
        _ = message.withCString { write(STDERR_FILENO, $0, strlen($0)) }
        return seed
    }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
