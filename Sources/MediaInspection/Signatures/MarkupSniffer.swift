/// Tells markup from text the way a browser would, not the way libmagic does.
///
/// libmagic calls an SVG with a leading space, comment, byte order mark or capitals HTML or XML, `<img onerror=...>` plain text, a
/// script inside a text file plain text too, and what people say in a chat, `<Anna> hello`, HTML. What is stored as text is shown inline.
///
/// Sources: WHATWG MIME Sniffing section 7.1 (the patterns for text/html), XML 1.0 section 2.8 (the prolog).
struct MarkupSniffer {
    enum Finding: Hashable {
        case svg
        case html
        case php
        /// XML whose root is neither; the root's name without its prefix, where there is one.
        case xml(root: String?)
        case vtt
        /// Nothing that a browser would run.
        case none
    }

    /// ASCII, lower case; other bytes as they are.
    private let text: [UInt8]

    /// Takes the first bytes of a file.
    init(prefix: TextPrefix) {
        self.text = prefix.lowercased
    }

    var finding: Finding {
        let start = self.skippingSpace(from: 0)
        if start == 0, self.isWebVTT { return self.isScripted ? .html : .vtt }
        if self.has("<?php", at: start) || self.has("<?=", at: start) { return .php }
        var position = start
        var isXML = false
        // The prolog: declaration, comments, doctype, in any order; 64 of them are more than anyone writes.
        for _ in 0..<64 {
            position = self.skippingSpace(from: position)
            if self.has("<!--", at: position) {
                guard let end = self.end(of: "-->", from: position + 4) else { return .html }
                position = end
            } else if self.has("<!doctype", at: position) {
                if self.doctypeName(at: position + 9) == "html" { return .html }
                guard let end = self.endOfDoctype(from: position) else { return .html }
                position = end
                isXML = true
            } else if self.has("<?", at: position) {
                isXML = isXML || self.has("<?xml", at: position)
                guard let end = self.end(of: "?>", from: position + 2) else { return isXML ? .xml(root: nil) : .html }
                position = end
            } else {
                break
            }
        }
        return self.finding(
            root: self.elementName(at: position),
            at: position,
            isXML: isXML,
            sawMarkup: position > start
        )
    }

    private func finding(root: String?, at position: Int, isXML: Bool, sawMarkup: Bool) -> Finding {
        let local = root?.split(separator: ":", omittingEmptySubsequences: false).last.map(String.init)
        switch local {
        case "svg": return .svg
        case "html": return .html
        case nil: return sawMarkup || self.isScripted ? (self.has(anywhere: "<?php") ? .php : .html) : .none
        case let name?:
            if self.has(anywhere: "<?php") { return .php }
            if isXML { return .xml(root: name) }
            let tag = self.text[position...].prefix { $0 != UInt8(ascii: ">") }
            // `tt` is an old element of HTML, and the root of timed text.
            if HtmlElements.names.contains(name), name != "tt" || !Self.contains("xmlns", in: tag) {
                return sawMarkup || !self.isChat(of: name, tag) ? .html : .none
            }
            if Self.contains("xmlns", in: tag) || tag.last == UInt8(ascii: "/") || self.hasClosingTag {
                return .xml(root: name)
            }
            // An unknown element that has attributes may have one that runs; without, it is a name in a chat.
            return tag.contains(UInt8(ascii: "=")) || sawMarkup || self.isScripted ? .html : .none
        }
    }

    /// True where an element may as well be who speaks, `<Mark> hello`: without attributes, not of those that browsers take for the
    /// beginning of a page, and nothing in the text closes an element or has attributes.
    private func isChat(of name: String, _ tag: ArraySlice<UInt8>) -> Bool {
        guard tag.count == name.utf8.count + 1, !HtmlElements.beginnings.contains(name) else { return false }
        return !self.hasClosingTag && !self.hasAttributes && !self.isScripted
    }

    /// A tag with an equals sign in it, anywhere.
    private var hasAttributes: Bool {
        var index = 0
        while let end = self.end(of: "<", from: index) {
            let tag = self.text[end...].prefix { $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "<") }
            let isTag = tag.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? false
            if isTag, tag.contains(UInt8(ascii: "=")) { return true }
            index = end + tag.count
        }
        return false
    }

    /// `</` and a letter: somebody closes an element. `</3` is a broken heart.
    private var hasClosingTag: Bool {
        var index = 0
        while let end = self.end(of: "</", from: index) {
            if end < self.text.count, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self.text[end]) { return true }
            index = end
        }
        return false
    }

    private static func contains(_ pattern: String, in bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.ranges(of: Array(pattern.utf8)).isEmpty
    }

    /// Markup that runs, anywhere.
    private var isScripted: Bool {
        ["<script", "<html", "<?php", "<iframe", "<svg", "<!doctype html"].contains { self.has(anywhere: $0) }
    }

    /// The signature of WebVTT section 4.1: the word, then the end, a space or a new line.
    private var isWebVTT: Bool {
        guard self.has("webvtt", at: 0) else { return false }
        return self.text.count == 6 || [0x20, 0x09, 0x0A, 0x0D].contains(self.text[6])
    }

    private func doctypeName(at offset: Int) -> String {
        let start = self.skippingSpace(from: offset)
        let name = self.text.dropFirst(start).prefix {
            !Self.isSpace($0) && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "[")
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// Past `<!DOCTYPE ... [ ... ] >`.
    private func endOfDoctype(from start: Int) -> Int? {
        var depth = 0
        for index in start..<self.text.count {
            switch self.text[index] {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ">") where depth <= 0: return index + 1
            default: break
            }
        }
        return nil
    }

    /// The name in `<name`, with its prefix; nil where there is no tag: `<john@example.org>` is none.
    private func elementName(at offset: Int) -> String? {
        guard self.has("<", at: offset) else { return nil }
        let rest = self.text.dropFirst(offset + 1)
        let name = rest.prefix { Self.isNameByte($0) }
        guard let first = name.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return nil }
        guard let next = rest.dropFirst(name.count).first else { return String(decoding: name, as: UTF8.self) }
        let endsTag = Self.isSpace(next) || next == UInt8(ascii: ">") || next == UInt8(ascii: "/")
        return endsTag ? String(decoding: name, as: UTF8.self) : nil
    }
}

extension MarkupSniffer {
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private func skippingSpace(from start: Int) -> Int {
        var index = start
        while index < self.text.count, Self.isSpace(self.text[index]) { index += 1 }
        return index
    }

    private func has(_ pattern: StaticString, at offset: Int) -> Bool {
        pattern.withUTF8Buffer { offset <= self.text.count && self.text[offset...].starts(with: $0) }
    }

    private func has(anywhere pattern: String) -> Bool {
        self.end(of: pattern, from: 0) != nil
    }

    /// The position after the next `pattern`.
    private func end(of pattern: String, from start: Int) -> Int? {
        let pattern = Array(pattern.utf8)
        guard let first = pattern.first, start <= self.text.count else { return nil }
        var index = start
        while index <= self.text.count - pattern.count {
            if self.text[index] == first, self.text[index...].starts(with: pattern) { return index + pattern.count }
            index += 1
        }
        return nil
    }
}
