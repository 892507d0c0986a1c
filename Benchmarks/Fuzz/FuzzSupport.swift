/// What the harnesses share. Each is compiled together with those files of HTTPSemantics that import nothing.

/// Stops the fuzzer with a message; libFuzzer keeps the input that led here.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    guard condition else { preconditionFailure(message()) }
}

/// Splits the first bytes off the fuzzer's input, as numbers that steer the harness.
struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    mutating func byte() -> UInt8 {
        rest.popFirst() ?? 0
    }

    mutating func word() -> UInt64 {
        (0..<8).reduce(0) { word, _ in word << 8 | UInt64(byte()) }
    }

    /// The rest of the input as bytes.
    var bytes: [UInt8] { Array(rest) }

    /// The rest of the input as text; what is not UTF-8 becomes U+FFFD, as in `HTTPField.value`.
    var text: String { String(decoding: rest, as: UTF8.self) }
}
