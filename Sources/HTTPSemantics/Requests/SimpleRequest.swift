/// The head of a GET or HEAD in HTTP/1.1 that a cache of files may respond to: every byte of it was understood.
///
/// It is read straight from the bytes of a connection, so that nothing is allocated for the requests that come most often.
/// All offsets are into the buffer that was looked at.
package struct SimpleRequest: Hashable, Sendable {
    /// What the first bytes of a connection, or those behind a whole message, are.
    package enum Recognition: Hashable, Sendable {
        /// A complete head that asks for nothing that is not in the value.
        case simple(SimpleRequest)
        /// The beginning of what may become one.
        case incomplete
        /// Everything else: another method, with a body, to change the protocol, too long, doubtful or wrong.
        case other
    }

    /// HEAD, else GET.
    package var isHead: Bool

    /// Bytes of the head, the blank line included.
    package var headLength = 0

    /// The request target in origin form (RFC 9112 3.2.1): begins with a slash, visible ASCII, no `#`.
    package var target: Range<Int>

    /// The value of the one Accept line without whitespace around it; nil if absent.
    package var accept: Range<Int>?

    /// The value of the one Origin line, likewise.
    package var origin: Range<Int>?

    /// What stands behind `Bearer ` in the one Authorization line (RFC 6750 section 2.1); nil if absent. It is not empty, and begins with
    /// no space.
    package var bearer: Range<Int>?

    /// Whether the client wants the connection to go on (RFC 9112 9.3).
    package var keepsAlive = true

    /// The conditions and the range.
    package var conditions = ConditionalFields()

    /// Whether Want-Repr-Digest asks for sha-256 with a weight above 0 (RFC 9530 section 4).
    package var wantsReprDigest = false

    init(isHead: Bool, target: Range<Int>) {
        self.isHead = isHead
        self.target = target
    }
}
