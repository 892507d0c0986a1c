package import HTTPSemantics
package import NIOCore
package import NIOHPACK

/// Gives each event loop what responds to plain requests without the router.
package protocol FastPath: Sendable {
    /// The responder of an event loop; the same one for all its connections. Called on the loop, once for each connection.
    func responder(on eventLoop: any EventLoop) -> any FastResponder
}

/// Responds to plain requests at once, on the event loop, from what is in memory or in an open file. Bound to its loop.
///
/// Whatever it responds, the router would have responded the same.
package protocol FastResponder: AnyObject {
    /// The response to a request of HTTP/1.1, which is sent in any case: it counts as given.
    ///
    /// - Parameter head: what `request` was recognized in; valid during the call.
    /// - Returns: nil when the router must handle the request.
    func response(to request: SimpleRequest, in head: UnsafeRawBufferPointer) -> FastResponse<ByteBuffer>?

    /// The response to a request of HTTP/2, likewise. The request stands in `head` as HTTP/1.1 would write it.
    ///
    /// - Returns: header fields that begin with `:status`; nil when the router must handle the request.
    func http2Response(to request: SimpleRequest, in head: UnsafeRawBufferPointer) -> FastResponse<HPACKHeaders>?

    /// The content of a response that was a ``FastContent/file(_:)`` went out whole.
    ///
    /// - Parameter count: its length in bytes.
    func fileSent(_ count: Int)
}

/// A response of the fast path: its head, encoded for the version of HTTP, and which bytes follow.
package struct FastResponse<Head> {
    /// `ByteBuffer`: the bytes from the status line to the blank line, perhaps with content behind it. `HPACKHeaders`: header
    /// fields.
    package var head: Head
    /// What stands behind the head.
    package var content: FastContent

    /// - Parameter content: ``FastContent/none`` also where the head has it.
    package init(head: Head, content: FastContent) {
        self.head = head
        self.content = content
    }
}

/// The content of a ``FastResponse``.
package enum FastContent {
    /// There is none behind the head.
    case none
    /// Not empty.
    case bytes(ByteBuffer)
    case file(FastResponseFile)
}

/// A range of a file that is the content of a ``FastResponse``.
package struct FastResponseFile {
    /// Open until all of the range is sent.
    package var file: any SendableFile
    /// Offsets in the file, in bytes; not empty.
    package var range: Range<Int64>
    /// How fast it may be sent; nil is without limit.
    package var pace: ResponsePace?

    /// - Parameter range: offsets in the file, in bytes; not empty.
    package init(file: any SendableFile, range: Range<Int64>, pace: ResponsePace?) {
        self.file = file
        self.range = range
        self.pace = pace
    }
}

extension FileTransfer {
    init(_ file: FastResponseFile) { self.init(file: file.file, range: file.range, pace: file.pace) }
}
