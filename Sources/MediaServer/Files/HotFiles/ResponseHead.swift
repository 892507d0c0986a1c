import HTTPSemantics
import HTTPServing
import HTTPTypes
import NIOCore

/// The value of `Date` for one second, as text and as bytes.
struct DateField {
    let seconds: Int64
    let text: String
    let bytes: [UInt8]

    init(seconds: Int64) {
        self.seconds = seconds
        self.text = HTTPDate.format(seconds)
        self.bytes = Array(self.text.utf8)
    }
}

/// The bytes of an HTTP/1.1 response head (RFC 9112 sections 4 and 5), of which only the date changes later.
struct ResponseHead {
    /// The head, and what was appended to it.
    private(set) var all = ByteBuffer()
    private var length = 0
    private var dateOffset = 0
    private var date: Int64

    /// - Parameters:
    ///   - status: code and reason, `200 OK`.
    ///   - fields: the representation's.
    ///   - common: those beside them; of a name that is in both, both values are sent, joined.
    ///   - closes: announces that the connection ends here.
    init(status: String, fields: HTTPFields, _ common: HTTPFields, date: DateField, closes: Bool = false) {
        self.date = date.seconds
        var fields = fields
        fields.add(common)
        self.all.reserveCapacity(1024)
        self.all.writeStaticString("HTTP/1.1 ")
        self.all.writeString(status)
        self.all.writeStaticString("\r\n")
        self.all.writeFields(fields)
        if closes { self.all.writeStaticString("Connection: close\r\n") }
        self.all.writeStaticString("Date: ")
        self.dateOffset = self.all.writerIndex
        self.all.writeBytes(date.bytes)
        self.all.writeStaticString("\r\n\r\n")
        self.length = self.all.writerIndex
    }

    /// The head alone.
    var bytes: ByteBuffer {
        self.all.readableBytes == self.length ? self.all : self.all.getSlice(at: 0, length: self.length) ?? self.all
    }

    mutating func append(_ body: ByteBuffer) { self.all.writeImmutableBuffer(body) }

    /// Copies the bytes when a response with the old date is still on its way, once a second at most.
    mutating func update(_ date: DateField) {
        guard date.seconds != self.date else { return }
        self.date = date.seconds
        self.all.setBytes(date.bytes, at: self.dateOffset)
    }
}

extension ByteBuffer {
    /// Field lines (RFC 9112 section 5).
    mutating func writeFields(_ fields: HTTPFields) {
        for field in fields {
            self.writeString(field.name.rawName)
            self.writeStaticString(": ")
            self.writeString(field.value)
            self.writeStaticString("\r\n")
        }
    }
}
