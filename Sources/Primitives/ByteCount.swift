/// A number of bytes.
///
///     ByteCount(parsing: "20 GiB")          // .gibibytes(20)
///     "\(ByteCount(bytes: 1_572_864))"      // "1.5 MiB"
package struct ByteCount: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// The number itself.
    package var bytes: Int64

    package init(bytes: Int64) { self.bytes = bytes }

    /// `count` times 1024 bytes.
    package static func kibibytes(_ count: Int64) -> ByteCount { .init(bytes: count << 10) }
    /// `count` times 1024² bytes.
    package static func mebibytes(_ count: Int64) -> ByteCount { .init(bytes: count << 20) }
    /// `count` times 1024³ bytes.
    package static func gibibytes(_ count: Int64) -> ByteCount { .init(bytes: count << 30) }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// For people: the largest binary unit that keeps the number whole or shows one decimal, e.g. `20 GiB`, `1.5 MiB`.
    package var description: String {
        let units: [(String, Int64)] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        for (unit, factor) in units where self.bytes >= factor {
            let tenths = self.bytes % factor * 10 / factor
            let whole = self.bytes / factor
            return self.bytes % factor == 0 || tenths == 0 ? "\(whole) \(unit)" : "\(whole).\(tenths) \(unit)"
        }
        return "\(self.bytes) bytes"
    }

    package init(from decoder: any Decoder) throws {
        self.bytes = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.bytes)
    }

    /// Reads `512`, `64KiB`, `10 MB`, `20GiB`: digits, an optional space, an optional unit (B, KB/KiB, MB/MiB, GB/GiB, TB/TiB;
    /// the decimal and the binary units are told apart). Nil for anything else, or on overflow.
    package init?(parsing text: String) {
        let trimmed = text.drop(while: { $0 == " " })
        let digits = trimmed.prefix(while: { ("0"..."9").contains($0) })
        guard let number = Int64(digits) else { return nil }
        let unit = trimmed.dropFirst(digits.count).filter { $0 != " " }.lowercased()
        let factors: [String: Int64] = [
            "": 1, "b": 1, "kb": 1000, "kib": 1 << 10, "mb": 1_000_000, "mib": 1 << 20, "gb": 1_000_000_000,
            "gib": 1 << 30, "tb": 1_000_000_000_000, "tib": 1 << 40,
        ]
        guard let factor = factors[unit] else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        self.bytes = product
    }
}
