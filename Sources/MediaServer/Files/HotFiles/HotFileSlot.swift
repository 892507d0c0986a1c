import HTTPSemantics
import NIOCore
import NIOHPACK

/// A file of an ``EventLoopFileCache``, and the heads of its plain responses: a `200`, and a `206` with one range. Encoded when
/// they are first asked for.
final class HotFileSlot {
    let file: HotFile
    private var head: ResponseHead
    private lazy var partialHead = PartialHead(self.file.representation, self.file.commonFields)
    private lazy var http2Head = HTTP2ResponseHead(
        status: 200,
        fields: self.file.representation.fields(for: .full(length: self.file.representation.length)),
        self.file.commonFields
    )
    private lazy var http2PartialHead = HTTP2PartialHead(self.file.representation, self.file.commonFields)
    /// Whether the bytes stand behind the head: one write instead of two, where copying them costs less.
    private let isJoined: Bool

    /// Up to here the copy is cheaper than a second buffer in the write.
    private static let joinedBytes = 16 << 10

    init(_ file: HotFile, date: DateField) {
        self.file = file
        self.isJoined = file.body.map { $0.readableBytes <= Self.joinedBytes } ?? false
        let content = ServingPlan.Content.full(length: file.representation.length)
        self.head = ResponseHead(
            status: "200 OK",
            fields: file.representation.fields(for: content),
            file.commonFields,
            date: date
        )
        if self.isJoined, let body = file.body { self.head.append(body) }
    }

    // MARK: HTTP/1.1

    /// The head of the whole file's response.
    func head(_ date: DateField) -> ByteBuffer {
        self.head.update(date)
        return self.head.bytes
    }

    /// The head of a response with one range of the file.
    func partialHead(_ range: Range<Int64>, _ date: DateField) -> ByteBuffer {
        self.partialHead.bytes(range, date: date)
    }

    /// Head and content of the whole file's response; nil when the file's bytes are not in memory. The content is nil where it
    /// stands behind the head.
    func whole(_ date: DateField) -> (ByteBuffer, ByteBuffer?)? {
        guard let body = self.file.body else { return nil }
        self.head.update(date)
        return self.isJoined ? (self.head.all, nil) : (self.head.bytes, body)
    }

    // MARK: HTTP/2

    /// The header fields of the whole file's response.
    func http2Head(_ date: DateField) -> HPACKHeaders { self.http2Head.fields(date) }

    /// Those of a response with one range of the file.
    func http2PartialHead(_ range: Range<Int64>, _ date: DateField) -> HPACKHeaders {
        self.http2PartialHead.fields(range, date: date)
    }
}
