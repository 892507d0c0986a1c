/// One request and its response, of HTTP/1 and HTTP/2 alike: what of the body is still to come, what the client waits for, and
/// what the response may contain. A pure value, driven by ``HTTP1Rules`` and ``HTTP2StreamRules``.
///
/// - `Expect: 100-continue` is answered when, and only when, the body is wanted (RFC 9110 section 10.1.1).
/// - A response to HEAD never has content, whoever made it (RFC 9110 section 9.3.2).
/// - A body that ends before its time is an error, not an end.
/// - Nothing interim comes behind the final head (RFC 9110 section 15.2).
/// - A response that is whole before the request's body ends the exchange early: what still comes is nobody's.
struct RequestExchange {
    /// What is to come of the request.
    enum Body: Equatable {
        /// It came whole; or there is no request.
        case read
        /// More of it.
        case due
        /// The response is out: what still comes is thrown away.
        case discarded
    }

    /// How far the response is.
    enum Response: Equatable {
        /// There is nothing to respond to.
        case none
        /// It is awaited.
        case pending
        /// Its final head is written.
        case begun
        /// All of it is written.
        case ended
    }

    /// What of the response's content the client gets to see.
    enum Content: Equatable {
        case all
        /// The request is a HEAD.
        case none
        /// The layers above take the request for a HEAD (``RequestHeadRules/overridingMethod(of:)``), the client does not: it has to see a
        /// length of 0.
        case empty
    }

    /// How a response ended.
    enum End: Equatable {
        case afterRequest
        /// Before the request's body has come whole.
        case early
    }

    private(set) var body = Body.read
    private(set) var response = Response.none
    private(set) var content = Content.all
    private var expectsContinue = false
    private var isBodyPaced = false

    // MARK: From the client

    /// A head came.
    /// - Parameter isHead: whether the method is HEAD, as it was sent.
    mutating func begin(isHead: Bool) {
        self = RequestExchange()
        self.body = .due
        self.response = .pending
        self.content = isHead ? .none : .all
    }

    /// Something came that is no request, and is responded to nevertheless.
    mutating func beginUnreadable() {
        self = RequestExchange()
        self.response = .pending
    }

    /// The head keeps to the rules, and is passed on.
    /// - Parameter isHead: whether the layers above see the method HEAD.
    mutating func accept(isHead: Bool, expectsContinue: Bool) {
        if isHead, self.content == .all { self.content = .empty }
        self.expectsContinue = expectsContinue
    }

    /// - Returns: whether the bytes are passed on.
    mutating func bodyCame() -> Bool {
        guard self.body == .due else { return false }
        // A client that did not wait is not told to go on.
        self.expectsContinue = false
        return true
    }

    /// The request came whole.
    /// - Returns: whether its end is passed on.
    mutating func requestEnded() -> Bool {
        guard self.body == .due else { return false }
        self.body = .read
        return true
    }

    /// Nothing more comes.
    /// - Returns: whether the request is incomplete, which is passed on as an error.
    mutating func inputEnded() -> Bool { self.requestEnded() }

    // MARK: From above

    /// - Parameter isPaced: whether whoever wants the body has a time-out of its own.
    /// - Returns: whether the client is to be told to go on.
    mutating func bodyWanted(isPaced: Bool) -> Bool {
        if isPaced { self.isBodyPaced = true }
        guard self.expectsContinue, self.mayWriteInterim else { return false }
        self.expectsContinue = false
        return true
    }

    /// Whether a body is awaited that nobody else sees to.
    var isBodyAwaited: Bool { self.body == .due && !self.isBodyPaced }

    var mayWriteInterim: Bool { self.response == .pending }

    /// Whether nothing of a final response is written.
    var isBeforeFinalHead: Bool { self.response == .none || self.response == .pending }

    /// Whether somebody is writing, or has to write, a response.
    var isResponding: Bool { self.response == .pending || self.response == .begun }

    /// The head of the final response is written.
    mutating func finalHeadWritten() {
        if self.response == .pending { self.response = .begun }
    }

    /// The response was written to its end.
    /// - Returns: nil when there was nothing to respond to.
    mutating func responseEnded() -> End? {
        guard self.isResponding else { return nil }
        self.response = .ended
        guard self.body == .due else { return .afterRequest }
        self.body = .discarded
        return .early
    }
}
