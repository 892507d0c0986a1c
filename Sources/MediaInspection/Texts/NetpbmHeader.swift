/// The header of Netpbm's pictures, whose samples are numbers in letters (`P1` to `P3`) or bytes (`P4` to `P7`, `PF`), which may all be
/// letters as well: a bright photograph has no control characters.
///
/// Sources: pbm(5), pgm(5), ppm(5), pam(5), pfm(5).
struct NetpbmHeader {
    private let bytes: [UInt8]
    private let kind: UInt8
    /// Width, height and, of all but bitmaps, the largest value.
    private var numbers: [Int] = []
    /// Behind the header and the one character that ends it.
    private var start = 2

    /// Nil for what does not begin like one.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "P"), Self.isSpace(bytes[2]) || bytes[2] == UInt8(ascii: "#")
        else { return nil }
        (self.bytes, self.kind) = (bytes, bytes[1])
        let isBitmap = self.kind == UInt8(ascii: "1") || self.kind == UInt8(ascii: "4")
        guard isBitmap || Self.essences[self.kind] != nil else { return nil }
        while self.numbers.count < (isBitmap ? 2 : 3), let number = self.nextNumber() { self.numbers.append(number) }
    }

    /// The essence where the samples are there, exactly as many as the header says; of what is longer than the bytes at hand, where those
    /// fit.
    /// - Parameter length: of the whole file.
    func essence(length: Int64) -> String? {
        guard let essence = Self.essences[self.kind] else { return nil }
        switch self.kind {
        case UInt8(ascii: "7"): return self.hasFields ? essence : nil
        case UInt8(ascii: "F"), UInt8(ascii: "f"):
            return self.fits(length, bytesPerPixel: 12) || self.fits(length, bytesPerPixel: 4) ? essence : nil
        case UInt8(ascii: "4"):
            guard let width = self.numbers.first, let height = self.numbers.dropFirst().first else { return nil }
            return self.isLength(length, (width + 7) / 8 * height) ? essence : nil
        case UInt8(ascii: "5"), UInt8(ascii: "6"):
            let sample = self.numbers.last ?? 0 > 255 ? 2 : 1
            return self.fits(length, bytesPerPixel: sample * (self.kind == UInt8(ascii: "6") ? 3 : 1)) ? essence : nil
        default: return self.hasPlainSamples(isWhole: length <= Int64(self.bytes.count)) ? essence : nil
        }
    }

    private static let essences: [UInt8: String] = [
        UInt8(ascii: "1"): "image/x-portable-bitmap", UInt8(ascii: "2"): "image/x-portable-graymap",
        UInt8(ascii: "3"): "image/x-portable-pixmap", UInt8(ascii: "4"): "image/x-portable-bitmap",
        UInt8(ascii: "5"): "image/x-portable-graymap", UInt8(ascii: "6"): "image/x-portable-pixmap",
        UInt8(ascii: "7"): "image/x-portable-arbitrarymap", UInt8(ascii: "F"): "image/x-portable-floatmap",
        UInt8(ascii: "f"): "image/x-portable-floatmap",
    ]

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// The next number behind spaces and comments, which reach to the end of a line. Of floats (`-1.0`) the digits in front count.
    private mutating func nextNumber() -> Int? {
        while self.start < self.bytes.count, !Self.isDigit(self.bytes[self.start]) {
            let byte = self.bytes[self.start]
            if byte == UInt8(ascii: "#") {
                while self.start < self.bytes.count, ![0x0A, 0x0D].contains(self.bytes[self.start]) { self.start += 1 }
                continue
            }
            guard Self.isSpace(byte) || byte == UInt8(ascii: "-") && self.numbers.count == 2 else { return nil }
            self.start += 1
        }
        let digits = self.bytes[self.start...].prefix(7).prefix(while: Self.isDigit)
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        self.start += digits.count
        while self.kind | 0x20 == UInt8(ascii: "f"), self.start < self.bytes.count,
            !Self.isSpace(self.bytes[self.start])
        {
            self.start += 1
        }
        guard
            self.start == self.bytes.count || Self.isSpace(self.bytes[self.start])
                || self.bytes[self.start] == UInt8(ascii: "#")
        else { return nil }
        return number
    }

    private func fits(_ length: Int64, bytesPerPixel: Int) -> Bool {
        self.numbers.count == 3 && self.isLength(length, self.numbers[0] * self.numbers[1] * bytesPerPixel)
    }

    /// A new line behind the samples is common.
    private func isLength(_ length: Int64, _ samples: Int) -> Bool {
        samples > 0 && (0...1).contains(length - Int64(self.start + 1 + samples))
    }

    /// `WIDTH` and the like, one a line, to `ENDHDR`.
    private var hasFields: Bool {
        let lines = TextPrefix(self.bytes.prefix(1024)).lines(upTo: 40)
        return ["WIDTH ", "HEIGHT ", "DEPTH ", "ENDHDR"].allSatisfy { name in
            lines.contains { $0.starts(with: name.utf8) }
        }
    }

    /// Numbers only, and as many as pixels. Digits of a bitmap need no space between.
    private func hasPlainSamples(isWhole: Bool) -> Bool {
        let isBitmap = self.kind == UInt8(ascii: "1")
        let perPixel = self.kind == UInt8(ascii: "3") ? 3 : 1
        guard self.numbers.count == (isBitmap ? 2 : 3), self.numbers[0] > 0, self.numbers[1] > 0 else { return false }
        var count = 0
        var isComment = false
        var isBehindDigit = false
        for byte in self.bytes[self.start...] {
            if isComment {
                isComment = byte != 0x0A && byte != 0x0D
                continue
            }
            isComment = byte == UInt8(ascii: "#")
            let isDigit = Self.isDigit(byte)
            guard isDigit ? !isBitmap || byte <= UInt8(ascii: "1") : isComment || Self.isSpace(byte) else {
                return false
            }
            if isDigit, isBitmap || !isBehindDigit { count += 1 }
            isBehindDigit = isDigit
        }
        return !isWhole || count >= self.numbers[0] * self.numbers[1] * perPixel
    }
}
