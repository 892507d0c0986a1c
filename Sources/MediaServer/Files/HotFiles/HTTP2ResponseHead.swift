import HTTPSemantics
import HTTPServing
import HTTPTypes
import NIOHPACK

/// The header fields of a response in HTTP/2 (RFC 9113 section 8.3.2), of which only the date changes later.
struct HTTP2ResponseHead {
    private var headers: HPACKHeaders
    private var date: Int64?

    /// - Parameters:
    ///   - fields: the representation's.
    ///   - common: those beside them; of a name that is in both, both values are sent, joined.
    init(status: Int, fields: HTTPFields, _ common: HTTPFields) {
        self.headers = HPACKHeaders(status: status, fields: fields, common)
    }

    mutating func fields(_ date: DateField) -> HPACKHeaders {
        if date.seconds != self.date {
            self.date = date.seconds
            self.headers.replaceOrAdd(name: "date", value: date.text)
        }
        return self.headers
    }
}

/// What ``PartialHead`` is for HTTP/1.1: the header fields of a `206` with one range.
struct HTTP2PartialHead {
    /// Those that are in every one.
    private let fixed: HPACKHeaders
    private let total: Int64

    /// - Parameters:
    ///   - representation: of the whole file; not empty.
    ///   - common: the fields of every response beside the representation's.
    init(_ representation: Representation, _ common: HTTPFields) {
        self.total = representation.length
        var fields = representation.fields(for: .partial(0..<1, length: representation.length))
        fields[.contentLength] = nil
        fields[.contentRange] = nil
        self.fixed = HPACKHeaders(status: 206, fields: fields, common)
    }

    func fields(_ range: Range<Int64>, date: DateField) -> HPACKHeaders {
        var headers = self.fixed
        headers.reserveCapacity(headers.count + 3)
        headers.add(name: "content-length", value: String(range.count))
        headers.add(name: "content-range", value: ContentRange.satisfied(range, of: self.total))
        headers.add(name: "date", value: date.text)
        return headers
    }
}

extension HPACKHeaders {
    /// - Parameters:
    ///   - fields: the representation's.
    ///   - common: those beside them; of a name that is in both, both values are sent, joined.
    init(status: Int, fields: HTTPFields, _ common: HTTPFields) {
        var fields = fields
        fields.add(common)
        self.init()
        self.reserveCapacity(fields.count + 4)
        self.add(name: ":status", value: String(status))
        for field in fields { self.add(name: field.name.canonicalName, value: field.value) }
    }
}
