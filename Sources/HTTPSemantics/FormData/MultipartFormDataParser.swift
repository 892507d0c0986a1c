/// A push parser for multipart/form-data (RFC 7578, RFC 2046 5.1) that copies no content.
///
/// Bytes come in chunks of any size through ``feed(_:)``; content goes out as ranges of the chunk just fed, so a driver
/// with a `ByteBuffer` writes slices of it. Only bytes that looked like the beginning of a delimiter at the end of an
/// earlier chunk, and were not, come back as an array (``Event/heldBack(_:)``, at most 75 bytes): they are always a prefix
/// of the delimiter, so the parser needs to remember their number only.
///
/// Decisions where RFC 2046 leaves room:
/// - A line that begins with the boundary and goes on with anything but blanks, CR, LF or `--` is content, not a
///   delimiter: nested bodies use boundaries that extend the outer one.
/// - Lines end in CRLF. A delimiter that ends in a lone LF is refused rather than read as content, because a sender that
///   ends lines so would otherwise see its parts vanish.
/// - Blanks are allowed between boundary and CRLF; what follows the closing delimiter is ignored.
/// - A part without content may share the CRLF of its blank line with the next delimiter.
///
/// The time is linear in the input whatever it holds: a delimiter has its only CR at its beginning, so after a mismatch
/// the search goes on where it stopped, never before.
package struct MultipartFormDataParser: Sendable {
    /// What the bytes fed so far mean.
    package enum Event: Hashable, Sendable {
        /// A part begins.
        case partBegin(MultipartPartHead)
        /// Content of the current part: offsets into the chunk just fed, not empty.
        case data(Range<Int>)
        /// Content of the current part that ended an earlier chunk.
        case heldBack([UInt8])
        /// The current part is complete.
        case partEnd
        /// The closing delimiter was read: the form is complete, even if an epilogue follows.
        case end
    }

    enum State: Hashable, Sendable {
        /// Searching for the next delimiter, in the preamble or in a part.
        case content
        /// Behind the boundary: blanks, then CRLF.
        case delimiterEnd(sawCarriageReturn: Bool)
        case headers
        case epilogue
        case failed(MultipartError)
    }

    /// CR LF `--` boundary `--`: the delimiter, and the two bytes that make it the closing one.
    let pattern: [UInt8]
    let limits: MultipartLimits
    var state = State.content
    var isInPart = false
    /// How many bytes of ``pattern`` were matched up to the end of the chunk.
    var matched = 2
    /// How many of those were not content: 2 where the CRLF before a delimiter is the start of the body or a header's end.
    var virtual = 2
    var headerBlock: [UInt8] = []
    var partCount = 0
    /// Bytes of preamble, blanks or epilogue, whichever is being read.
    var skippedBytes = 0

    /// Makes a parser for one body.
    ///
    /// - Parameter boundary: the `boundary` parameter of the request's Content-Type, see ``MediaTypeValue/boundary``.
    /// - Throws: ``MultipartError/invalidBoundary``.
    package init(boundary: String, limits: MultipartLimits = MultipartLimits()) throws(MultipartError) {
        guard MediaTypeValue.isBoundary(boundary) else { throw .invalidBoundary }
        pattern = Array("\r\n--\(boundary)--".utf8)
        self.limits = limits
    }

    /// Whether the closing delimiter was read.
    package var isComplete: Bool { state == .epilogue }

    /// Reads the next chunk.
    ///
    /// - Returns: events in order; ``Event/data(_:)`` ranges are offsets from the start of `chunk`.
    /// - Throws: the reason the body is refused; the same one again on every later call.
    package mutating func feed(_ chunk: UnsafeRawBufferPointer) throws(MultipartError) -> [Event] {
        if case .failed(let error) = state { throw error }
        var events: [Event] = []
        var position = 0
        do throws(MultipartError) {
            while position < chunk.count {
                switch state {
                case .content: try scanContent(chunk, &position, &events)
                case .delimiterEnd(let sawCarriageReturn):
                    try finishDelimiter(chunk[position], sawCarriageReturn)
                    position += 1
                case .headers: try collectHeaders(chunk, &position, &events)
                case .epilogue:
                    try skip(chunk.count - position, limit: limits.maximumEpilogueBytes, or: .epilogueTooLong)
                    position = chunk.count
                case .failed(let error): throw error
                }
            }
        } catch {
            state = .failed(error)
            throw error
        }
        return events
    }

    /// Says that the body has ended.
    ///
    /// - Throws: ``MultipartError/truncated`` if its closing delimiter is missing, or the reason it was refused before.
    package mutating func finish() throws(MultipartError) {
        if case .failed(let error) = state { throw error }
        guard isComplete else {
            state = .failed(.truncated)
            throw .truncated
        }
    }

    mutating func skip(_ count: Int, limit: Int, or error: MultipartError) throws(MultipartError) {
        skippedBytes += count
        guard skippedBytes <= limit else { throw error }
    }
}
