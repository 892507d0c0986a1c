/// Writes XML, always in the same way.
struct MarkupWriter {
    private(set) var bytes: [UInt8] = []
    /// The last start tag is not closed yet: it may turn out to have no content.
    private var isTagOpen = false

    mutating func begin(_ name: String, attributes: [(name: String, value: String)]) {
        self.closeTag()
        self.bytes.append(UInt8(ascii: "<"))
        self.bytes += name.utf8
        for (name, value) in attributes {
            self.bytes.append(UInt8(ascii: " "))
            self.bytes += name.utf8
            self.bytes += "=\"".utf8
            self.escape(value, isAttribute: true)
            self.bytes.append(UInt8(ascii: "\""))
        }
        self.isTagOpen = true
    }

    mutating func end(_ name: String) {
        if self.isTagOpen {
            self.bytes += "/>".utf8
            self.isTagOpen = false
        } else {
            self.bytes += "</".utf8
            self.bytes += name.utf8
            self.bytes.append(UInt8(ascii: ">"))
        }
    }

    mutating func text(_ text: String) {
        guard !text.isEmpty else { return }
        self.closeTag()
        self.escape(text, isAttribute: false)
    }

    mutating func endDocument() { self.bytes.append(UInt8(ascii: "\n")) }

    private mutating func closeTag() {
        if self.isTagOpen { self.bytes.append(UInt8(ascii: ">")) }
        self.isTagOpen = false
    }

    private mutating func escape(_ text: String, isAttribute: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): self.bytes += "&amp;".utf8
            case UInt8(ascii: "<"): self.bytes += "&lt;".utf8
            case UInt8(ascii: ">"): self.bytes += "&gt;".utf8
            case UInt8(ascii: "\""): self.bytes += isAttribute ? "&quot;".utf8 : "\"".utf8
            // A reader makes spaces of them in attributes, and of a carriage return a new line.
            case 0x09 where isAttribute: self.bytes += "&#9;".utf8
            case 0x0A where isAttribute: self.bytes += "&#10;".utf8
            case 0x0D: self.bytes += "&#13;".utf8
            default: self.bytes.append(byte)
            }
        }
    }
}
