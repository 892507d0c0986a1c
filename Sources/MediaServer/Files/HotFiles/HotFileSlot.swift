import HTTPSemantics
import NIOCore
import NIOHPACK

/// A file of an ``EventLoopFileCache``, and the heads of its plain responses: a `200`, and a `206` with one range. Encoded when
/// they are first asked for; those that say how long something is good are encoded anew each second.
final class HotFileSlot {
    let file: HotFile
    /// What the heads say; nil where it is the file's own for ever.
    private(set) var current: Representation?
    /// Who was found to have a right to the file by last.
    var reader: KnownReaders.Reader?
    private var second: Int64
    private var head: ResponseHead
    private var encodedPartialHead: PartialHead?
    private var encodedHTTP2Head: HTTP2ResponseHead?
    private var encodedHTTP2PartialHead: HTTP2PartialHead?
    /// Whether the bytes stand behind the head: one write instead of two, where copying them costs less.
    private let isJoined: Bool

    /// Up to here the copy is cheaper than a second buffer in the write.
    private static let joinedBytes = 16 << 10

    init(_ file: HotFile, date: DateField) {
        self.file = file
        self.second = date.seconds
        self.current = file.guarding.changesWithTime ? file.representation(at: date.seconds) : nil
        self.isJoined = file.body.map { $0.readableBytes <= Self.joinedBytes } ?? false
        self.head = Self.head(of: file, self.current ?? file.representation, date, isJoined: self.isJoined)
    }

    /// Encodes anew what the time has changed; to be called before the heads are asked for.
    func advance(to date: DateField) {
        guard self.current != nil, date.seconds != self.second else { return }
        self.second = date.seconds
        let representation = self.file.representation(at: date.seconds)
        self.current = representation
        self.head = Self.head(of: self.file, representation, date, isJoined: self.isJoined)
        self.encodedPartialHead = nil
        self.encodedHTTP2Head = nil
        self.encodedHTTP2PartialHead = nil
    }

    private static func head(
        of file: HotFile,
        _ representation: Representation,
        _ date: DateField,
        isJoined: Bool
    ) -> ResponseHead {
        var head = ResponseHead(
            status: "200 OK",
            fields: representation.fields(for: .full(length: representation.length)),
            file.commonFields,
            date: date
        )
        if isJoined, let body = file.body { head.append(body) }
        return head
    }

    private var representation: Representation { self.current ?? self.file.representation }

    // MARK: HTTP/1.1

    /// The head of the whole file's response.
    func head(_ date: DateField) -> ByteBuffer {
        self.head.update(date)
        return self.head.bytes
    }

    /// The head of a response with one range of the file.
    func partialHead(_ range: Range<Int64>, _ date: DateField) -> ByteBuffer {
        let head = self.encodedPartialHead ?? PartialHead(self.representation, self.file.commonFields)
        self.encodedPartialHead = head
        return head.bytes(range, date: date)
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
    func http2Head(_ date: DateField) -> HPACKHeaders {
        if self.encodedHTTP2Head == nil {
            self.encodedHTTP2Head = HTTP2ResponseHead(
                status: 200,
                fields: self.representation.fields(for: .full(length: self.representation.length)),
                self.file.commonFields
            )
        }
        // In its place: the head keeps the last date.
        return self.encodedHTTP2Head?.fields(date) ?? HPACKHeaders()
    }

    /// Those of a response with one range of the file.
    func http2PartialHead(_ range: Range<Int64>, _ date: DateField) -> HPACKHeaders {
        let head = self.encodedHTTP2PartialHead ?? HTTP2PartialHead(self.representation, self.file.commonFields)
        self.encodedHTTP2PartialHead = head
        return head.fields(range, date: date)
    }
}
