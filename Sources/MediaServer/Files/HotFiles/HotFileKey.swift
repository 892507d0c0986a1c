import MediaCore

/// What an answer in memory is found by: a request's target as it was sent, and the encoding where that is negotiated.
///
/// Only a hash with the process's random seed; who finds a file by it compares the target too.
struct HotFileKey: Hashable, Sendable {
    private let hash: Int

    init(target: UnsafeRawBufferPointer, format: RenditionFormat?) {
        var hasher = Hasher()
        hasher.combine(bytes: target)
        hasher.combine(format)
        self.hash = hasher.finalize()
    }

    /// Whether the answer to a request for `target` depends on `Accept`: where a rendition is asked for.
    ///
    /// A target that hides the word behind percent signs is none, and its answer is never kept.
    static func isNegotiated(_ target: UnsafeRawBufferPointer) -> Bool {
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return false }
        let query = UnsafeRawBufferPointer(rebasing: target[(mark + 1)...])
        return self.word.withUTF8Buffer { word in
            guard query.count >= word.count else { return false }
            return (0...(query.count - word.count)).contains { start in
                word.indices.allSatisfy { query[start + $0] == word[$0] }
            }
        }
    }

    private static let word: StaticString = "preset="
}
