import HTTPSemantics
import HTTPTypes
import NIOCore

/// The head of a `206` with one range (RFC 9110 section 15.3.7.1), of one file: only length, range and date change.
///
/// Players ask for one range after the other; encoding the whole head each time is most of what such a request costs here.
struct PartialHead {
    /// Everything before the fields that change.
    private let fixed: [UInt8]
    private let total: Int64

    /// - Parameters:
    ///   - representation: of the whole file; not empty.
    ///   - common: the fields of every answer beside the representation's.
    init(_ representation: Representation, _ common: HTTPFields) {
        self.total = representation.length
        var fields = representation.fields(for: .partial(0..<1, length: representation.length))
        fields.add(common)
        fields[.contentLength] = nil
        fields[.contentRange] = nil
        var head = "HTTP/1.1 206 Partial Content\r\n"
        for field in fields { head += "\(field.name.rawName): \(field.value)\r\n" }
        self.fixed = Array(head.utf8)
    }

    func bytes(_ range: Range<Int64>, date: DateField) -> ByteBuffer {
        var bytes = ByteBufferAllocator().buffer(capacity: self.fixed.count + 192)
        bytes.writeBytes(self.fixed)
        bytes.writeStaticString("Content-Length: ")
        bytes.writeString(String(range.count))
        bytes.writeStaticString("\r\nContent-Range: bytes ")
        bytes.writeString(String(range.lowerBound))
        bytes.writeStaticString("-")
        bytes.writeString(String(range.upperBound - 1))
        bytes.writeStaticString("/")
        bytes.writeString(String(self.total))
        bytes.writeStaticString("\r\nDate: ")
        bytes.writeBytes(date.bytes)
        bytes.writeStaticString("\r\n\r\n")
        return bytes
    }
}
