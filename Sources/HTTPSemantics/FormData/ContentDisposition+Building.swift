extension ContentDisposition {
    /// The two dispositions of a response (RFC 6266 4.2).
    package enum Presentation: String, Hashable, Sendable {
        /// Show it where it is.
        case inline
        /// Offer it as a download.
        case attachment
    }

    /// Writes the field value for a response: `attachment; filename="caf_.jpg"; filename*=UTF-8''caf%C3%A9.jpg`.
    ///
    /// Following RFC 6266 4.3 and appendix D, `filename` comes first and is plain ASCII without quote, backslash or
    /// percent sign, which recipients read differently; `filename*` follows only where that lost something.
    ///
    /// - Parameters:
    ///   - presentation: inline or attachment.
    ///   - fileName: any text; what ``baseName(_:)`` leaves of it is used. Without a usable name the parameter is left out.
    package static func value(_ presentation: Presentation, fileName: String?) -> String {
        guard let name = fileName.flatMap(baseName) else { return presentation.rawValue }
        var fallback: [UInt8] = []
        for scalar in name.unicodeScalars {
            let isPlain = scalar.isASCII && !["\"", "\\", "%"].contains(scalar)
            fallback.append(isPlain ? UInt8(truncatingIfNeeded: scalar.value) : UInt8(ascii: "_"))
        }
        let plain = "\(presentation.rawValue); filename=\"\(String(decoding: fallback, as: UTF8.self))\""
        return fallback.elementsEqual(name.utf8) ? plain : "\(plain); filename*=\(ExtendedValue.encode(name))"
    }

    /// The last component of a client's file name, fit to be shown and to be part of a header; nil if nothing is left.
    ///
    /// Cuts at the last slash or backslash (RFC 6266 4.3, RFC 7578 4.2), drops control characters and the invisible
    /// marks that reorder text (a name must not read `exe.jpg` and end in `gpj.exe`), trims spaces, refuses `.` and
    /// `..`, and keeps at most 255 bytes of UTF-8, cut between characters and before the extension if there is a short one.
    package static func baseName(_ fileName: String) -> String? {
        let component = Substring(fileName).utf8.suffix { $0 != .slash && $0 != .backslash }
        var kept = String.UnicodeScalarView()
        for scalar in Substring(component).unicodeScalars where !isHidden(scalar) { kept.append(scalar) }
        while kept.last == " " { kept.removeLast() }
        let name = String(kept.drop { $0 == " " })
        if name.isEmpty || name == "." || name == ".." { return nil }
        return shortened(name, toBytes: 255)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F: true
        // Marks, embeddings, overrides and isolates of the bidirectional algorithm; line and paragraph separator.
        case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        // Zero width no-break space, noncharacters at the end of the plane.
        case 0xFEFF, 0xFFFE...0xFFFF: true
        default: false
        }
    }

    private static func shortened(_ name: String, toBytes limit: Int) -> String {
        guard name.utf8.count > limit else { return name }
        let scalars = name.unicodeScalars
        var suffix = scalars[scalars.endIndex...]
        if let dot = scalars.lastIndex(of: "."), name[dot...].utf8.count <= 16 { suffix = scalars[dot...] }
        // Cut by scalars, not characters: one character may be longer than the limit.
        var stem = scalars[..<suffix.startIndex]
        while Substring(stem).utf8.count + Substring(suffix).utf8.count > limit { stem.removeLast() }
        if suffix.isEmpty {
            while stem.last == " " { stem.removeLast() }
        }
        return String(Substring(stem)) + String(Substring(suffix))
    }
}

extension Substring.UTF8View {
    /// The longest suffix for whose bytes `predicate` holds.
    fileprivate func suffix(while predicate: (UInt8) -> Bool) -> Self {
        var start = endIndex
        while start > startIndex, predicate(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
