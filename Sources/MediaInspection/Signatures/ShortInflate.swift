/// Deflated data of a few bytes (RFC 1951): stored blocks and blocks with the fixed codes, which is what compressors make of a word.
enum ShortInflate {
    /// Nil for what is no such data, or longer than `limit`.
    static func bytes(of compressed: [UInt8], atMost limit: Int) -> [UInt8]? {
        var bits = Bits(bytes: compressed)
        var output: [UInt8] = []
        var isLast = false
        while !isLast {
            guard let last = bits.number(1), let kind = bits.number(2) else { return nil }
            isLast = last == 1
            guard kind == 0 ? bits.stored(into: &output, limit) : kind == 1 && bits.fixed(into: &output, limit) else {
                return nil
            }
        }
        return output
    }

    private struct Bits {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        /// The lowest bit first.
        mutating func number(_ count: Int) -> Int? {
            guard self.position + count <= self.bytes.count * 8 else { return nil }
            var value = 0
            for index in 0..<count {
                value |= Int(self.bytes[self.position >> 3] >> UInt8(self.position & 7) & 1) << index
                self.position += 1
            }
            return value
        }

        /// A code, the highest bit first.
        private mutating func code(_ count: Int) -> Int? {
            var value = 0
            for _ in 0..<count {
                guard let bit = self.number(1) else { return nil }
                value = value << 1 | bit
            }
            return value
        }

        mutating func stored(into output: inout [UInt8], _ limit: Int) -> Bool {
            self.position = (self.position + 7) & ~7
            guard let length = self.number(16), self.number(16) != nil, output.count + length <= limit else {
                return false
            }
            for _ in 0..<length {
                guard let byte = self.number(8) else { return false }
                output.append(UInt8(byte))
            }
            return true
        }

        /// Section 3.2.6.
        mutating func fixed(into output: inout [UInt8], _ limit: Int) -> Bool {
            while let symbol = self.symbol() {
                if symbol == 256 { return true }
                guard symbol > 256 else {
                    guard output.count < limit else { return false }
                    output.append(UInt8(symbol))
                    continue
                }
                // Words repeat a few letters: the short lengths without more bits.
                guard symbol <= 264, let code = self.code(5), code < 30 else { return false }
                let more = max(0, code / 2 - 1)
                guard let extra = self.number(more) else { return false }
                let distance = code < 4 ? code + 1 : (2 + code % 2) << more + 1 + extra
                guard distance <= output.count, output.count + symbol - 254 <= limit else { return false }
                for _ in 0..<symbol - 254 { output.append(output[output.count - distance]) }
            }
            return false
        }

        private mutating func symbol() -> Int? {
            guard let seven = self.code(7) else { return nil }
            if seven < 0b0011000 { return 256 + seven }
            guard let bit = self.number(1) else { return nil }
            let eight = seven << 1 | bit
            if eight < 0b11000000 { return eight - 0b00110000 }
            if eight < 0b11001000 { return 280 + eight - 0b11000000 }
            return self.number(1).map { 144 + (eight << 1 | $0) - 0b110010000 }
        }
    }
}
