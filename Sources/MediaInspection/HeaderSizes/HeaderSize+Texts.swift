/// Headers that people can read.
extension HeaderSize {
    static func text(_ essence: String, _ fields: ByteFields) -> Sides? {
        switch essence {
        case "image/x-portable-bitmap", "image/x-portable-graymap", "image/x-portable-pixmap",
            "image/x-portable-floatmap":
            return self.portableMap(fields)
        case "image/x-portable-arbitrarymap": return self.arbitraryMap(fields)
        case "image/vnd.radiance": return self.radiance(fields)
        case "image/fits": return self.fits(fields)
        case "image/x-xbitmap": return self.bitmapDefinitions(fields)
        case "image/x-xpixmap": return self.pixmapValues(fields)
        case "video/x-yuv4mpeg": return self.yuv4mpeg(fields)
        default: return nil
        }
    }

    /// Netpbm: behind the number `P1` to `P7` numbers, with comments between them.
    private static func portableMap(_ fields: ByteFields) -> Sides? {
        var numbers: [UInt64] = []
        var isComment = false
        var digits = ""
        for byte in fields.bytes.dropFirst(2) {
            switch byte {
            case 0x0A, 0x0D: isComment = false
            case UInt8(ascii: "#"): isComment = true
            default: break
            }
            if !isComment, (0x30...0x39).contains(byte), digits.utf8.count < 10 {
                digits.unicodeScalars.append(Unicode.Scalar(byte))
            } else if let number = UInt64(digits) {
                numbers.append(number)
                digits = ""
                if numbers.count == 2 { return Sides(numbers[0], numbers[1]) }
            }
        }
        return nil
    }

    /// PAM: a word and its value on each line.
    private static func arbitraryMap(_ fields: ByteFields) -> Sides? {
        var values: [String: UInt64] = [:]
        for line in self.lines(fields, maximum: 100) {
            if line == "ENDHDR" { break }
            let words = line.split(separator: " ")
            if words.count == 2 { values[String(words[0])] = UInt64(words[1]) }
        }
        return Sides(values["WIDTH"], values["HEIGHT"])
    }

    /// Radiance: behind an empty line `-Y height +X width`, or in another order for a picture that lies on its side.
    private static func radiance(_ fields: ByteFields) -> Sides? {
        let lines = self.lines(fields, maximum: 1000)
        guard let empty = lines.firstIndex(of: ""), empty + 1 < lines.count else { return nil }
        let words = lines[empty + 1].split(separator: " ")
        guard words.count == 4 else { return nil }
        var values: [Character: UInt64] = [:]
        for (axis, number) in [(words[0], words[1]), (words[2], words[3])] {
            if let letter = axis.last { values[letter] = UInt64(number) }
        }
        return Sides(values["X"], values["Y"])
    }

    /// FITS 4.0 section 4.4.1: cards of 80 characters.
    private static func fits(_ fields: ByteFields) -> Sides? {
        var values: [String: UInt64] = [:]
        for start in stride(from: 0, to: fields.count - 79, by: 80) {
            let card = String(decoding: fields.bytes[start..<start + 80], as: UTF8.self)
            if card.hasPrefix("END ") { break }
            guard card.hasPrefix("NAXIS"), let equals = card.firstIndex(of: "=") else { continue }
            let value = card[card.index(after: equals)...].prefix { $0 != "/" }.filter { $0 != " " }
            values[card[..<equals].filter { $0 != " " }] = UInt64(value)
        }
        return Sides(values["NAXIS1"], values["NAXIS2"])
    }

    /// `#define name_width 16`.
    private static func bitmapDefinitions(_ fields: ByteFields) -> Sides? {
        var values: [String: UInt64] = [:]
        for line in self.lines(fields, maximum: 100) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 3, words[0] == "#define", let name = words[1].split(separator: "_").last else {
                continue
            }
            if values[String(name)] == nil { values[String(name)] = UInt64(words[2]) }
        }
        return Sides(values["width"], values["height"])
    }

    /// XPM 3: the first string has width, height, colours and letters of each.
    private static func pixmapValues(_ fields: ByteFields) -> Sides? {
        guard let quote = fields.bytes.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        let string = fields.bytes[(quote + 1)...].prefix(100).prefix { $0 != UInt8(ascii: "\"") }
        let numbers = String(decoding: string, as: UTF8.self).split { $0 == " " || $0 == "\t" }
        guard numbers.count >= 4 else { return nil }
        return Sides(UInt64(numbers[0]), UInt64(numbers[1]))
    }

    /// YUV4MPEG2: words that begin with a letter each.
    private static func yuv4mpeg(_ fields: ByteFields) -> Sides? {
        let words = (self.lines(fields, maximum: 1).first ?? "").split(separator: " ")
        func number(_ letter: Character) -> UInt64? {
            words.dropFirst().first { $0.first == letter }.flatMap { UInt64($0.dropFirst()) }
        }
        return Sides(number("W"), number("H"))
    }

    /// Without their ends; each is cut where it is longer than any that has a size.
    private static func lines(_ fields: ByteFields, maximum: Int) -> [String] {
        fields.bytes.split(separator: 0x0A, maxSplits: maximum, omittingEmptySubsequences: false).prefix(maximum).map {
            let line = $0.last == 0x0D ? $0.dropLast() : $0
            return String(decoding: line.prefix(500), as: UTF8.self)
        }
    }
}
