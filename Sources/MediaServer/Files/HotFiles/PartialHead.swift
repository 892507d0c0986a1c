import HTTPSemantics
import HTTPServing
import HTTPTypes
import NIOCore

/// The head of a `206` with one range (RFC 9110 section 15.3.7.1), of one file: only length, range and date change.
///
/// Players ask for one range after the other; encoding the whole head each time is most of what such a request costs here.
struct PartialHead {
    /// Everything before the fields that change.
    private let fixed: ByteBuffer
    private let total: Int64

    /// - Parameters:
    ///   - representation: of the whole file; not empty.
    ///   - common: the fields of every response beside the representation's.
    init(_ representation: Representation, _ common: HTTPFields) {
        self.total = representation.length
        var fields = representation.fields(for: .partial(0..<1, length: representation.length))
        fields.add(common)
        fields[.contentLength] = nil
        fields[.contentRange] = nil
        var head = ByteBuffer(string: "HTTP/1.1 206 Partial Content\r\n")
        head.writeFields(fields)
        self.fixed = head
    }

    func bytes(_ range: Range<Int64>, date: DateField) -> ByteBuffer {
        var bytes = ByteBufferAllocator().buffer(capacity: self.fixed.readableBytes + 192)
        bytes.writeImmutableBuffer(self.fixed)
        bytes.writeStaticString("Content-Length: ")
        bytes.writeString(String(range.count))
        bytes.writeStaticString("\r\nContent-Range: ")
        bytes.writeString(ContentRange.satisfied(range, of: self.total))
        bytes.writeStaticString("\r\nDate: ")
        bytes.writeBytes(date.bytes)
        bytes.writeStaticString("\r\n\r\n")
        return bytes
    }
}
