/// Percent-encoding (RFC 3986 2.1) on bytes.
enum PercentCoding {
    /// Decodes `%XX` once; nil if a `%` is not followed by two hexadecimal digits.
    static func decode(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.underestimatedCount)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case .percent:
                guard let high = iterator.next()?.hexadecimalValue, let low = iterator.next()?.hexadecimalValue else {
                    return nil
                }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(.space)
            default:
                decoded.append(byte)
            }
        }
        return decoded
    }

    /// Encodes every byte that `isKept` refuses as `%XX` with uppercase digits (RFC 3986 2.1).
    static func encode(_ bytes: some Sequence<UInt8>, keeping isKept: (UInt8) -> Bool) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.underestimatedCount)
        for byte in bytes {
            if isKept(byte) {
                encoded.append(byte)
            } else {
                encoded.append(.percent)
                encoded.append((byte >> 4).hexadecimalDigit)
                encoded.append(byte.hexadecimalDigit)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
