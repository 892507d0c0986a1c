/// An IPv4 or IPv6 address as bytes in network order.
package struct IPAddress: Hashable, Sendable {
    /// 4 or 16 bytes. An IPv4 address mapped into IPv6 (RFC 4291 2.5.5.2) is one of 4: it is the same host.
    let bytes: [UInt8]

    var isIPv4: Bool { bytes.count == 4 }

    /// Parses dotted decimal without leading zeros, or the text forms of RFC 4291 2.2; a zone (`%eth0`) is dropped.
    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8.prefix { $0 != .percent }
        guard bytes.count <= 45 else { return nil }
        let parsed = bytes.contains(UInt8(ascii: ":")) ? Self.sixteen(Array(bytes)) : Self.four(bytes)
        guard let parsed else { return nil }
        guard bytes.count == text.utf8.count || parsed.count == 16 else { return nil }
        self.bytes = parsed.count == 16 && parsed.starts(with: Self.mapped) ? Array(parsed[12...]) : parsed
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The address of these bytes in network order.
    ///
    /// - Parameter bytes: 4 or 16; of any other number there is none.
    package init?(networkOrder bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes.count == 16 && bytes.starts(with: Self.mapped) ? Array(bytes[12...]) : bytes
    }

    /// The address with all bits behind the first `length` cleared.
    func masked(to length: Int) -> IPAddress {
        IPAddress(
            bytes: bytes.enumerated().map { index, byte in
                let kept = min(max(length - index * 8, 0), 8)
                return kept == 0 ? 0 : byte & (0xFF << UInt8(8 - kept))
            }
        )
    }

    private static let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    private static func four(_ text: some Collection<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(\.isDigit),
                part.count == 1 || part.first != UInt8(ascii: "0"),
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func sixteen(_ text: [UInt8]) -> [UInt8]? {
        guard let gap = gap(in: text) else { return groups(text[...]).flatMap { $0.count == 16 ? $0 : nil } }
        // Between the groups before and behind `::` at least one is left out (RFC 5952 4.2.2 is about writing only).
        guard let front = groups(text[..<gap], mayEndInFour: false), let back = groups(text[(gap + 2)...]),
            front.count + back.count <= 14
        else { return nil }
        return front + [UInt8](repeating: 0, count: 16 - front.count - back.count) + back
    }

    private static func gap(in text: [UInt8]) -> Int? {
        text.indices.dropLast().first { text[$0] == UInt8(ascii: ":") && text[$0 + 1] == UInt8(ascii: ":") }
    }

    /// The bytes of groups with colons between; empty text is no group.
    private static func groups(_ text: ArraySlice<UInt8>, mayEndInFour: Bool = true) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if mayEndInFour, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let four = four(part) else { return nil }
                bytes += four
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var group: UInt16 = 0
            for digit in part {
                guard let value = digit.hexadecimalValue else { return nil }
                group = group << 4 | UInt16(value)
            }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical form of RFC 5952.
    package var description: String {
        guard !isIPv4 else { return bytes.map { "\($0)" }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let zeros = Self.longestZeros(groups) else { return text(0..<8) }
        return "\(text(0..<zeros.lowerBound))::\(text(zeros.upperBound..<8))"
    }

    /// The longest run of at least two zero groups, the first of equals (RFC 5952 4.2).
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        for index in 0...groups.count {
            if index < groups.count, groups[index] == 0 { continue }
            if index - start >= 2, index - start > longest?.count ?? 0 { longest = start..<index }
            start = index + 1
        }
        return longest
    }
}
