import CLibvips

/// A libvips call that failed: which one, and the library's own words. For the log: the words may quote the file.
package struct VipsFailure: Error, Sendable, CustomStringConvertible {
    /// The C function.
    package var operation: String
    /// libvips' error buffer, one line, at most ``maximumLength`` bytes.
    package var text: String

    /// The most bytes that are taken from libvips' error buffer.
    package static let maximumLength = 400

    package init(operation: String, text: String) {
        self.operation = operation
        self.text = text
    }

    package var description: String { "\(self.operation): \(self.text)" }

    /// True where the file may be fine but the process ran into its limit.
    package var isShortageOfMemory: Bool {
        self.text.contains("out of memory") || self.text.contains("nable to allocate")
    }

    /// Takes the error out of libvips' buffer, with what was warned about on the way.
    ///
    /// Source: https://www.libvips.org/API/8.14/libvips-VipsError.html
    static func take(from operation: String) -> VipsFailure {
        defer { vips_error_clear() }
        var text = vips_error_buffer().map { BoundedText.string($0, maximumLength: self.maximumLength) } ?? ""
        let warnings = VipsWarnings.take()
        if warnings.count > 0 {
            text += " (\(warnings.count) warnings: \(warnings.lines.joined(separator: "; ")))"
        }
        return VipsFailure(operation: operation, text: text.isEmpty ? "no reason given" : text)
    }
}

/// C strings of unknown length and encoding, made fit for one line of a log.
enum BoundedText {
    /// The first `maximumLength` bytes, with control characters as spaces and broken UTF-8 repaired.
    static func string(_ text: UnsafePointer<CChar>, maximumLength: Int) -> String {
        var bytes: [UInt8] = []
        while bytes.count < maximumLength, text[bytes.count] != 0 {
            let byte = UInt8(bitPattern: text[bytes.count])
            bytes.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte)
        }
        while bytes.last == 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
