extension SimpleRequest {
    /// Looks at the bytes at a message boundary; they may go on behind the head.
    ///
    /// Stricter than RFC 9112 allows a recipient to be: line ends are CRLF, field lines are not folded, whitespace stands
    /// where the grammar has it, and there is exactly one valid Host. What it does not understand is never `simple`, and
    /// what two parsers could read differently is always `other`.
    ///
    /// - Parameters:
    ///   - bytes: what was received and is not yet consumed.
    ///   - maximumLength: bytes of the longest head; a longer one is `other`.
    ///   - maximumFields: field lines of the longest head; one with more is `other`.
    package static func recognize(
        _ bytes: UnsafeRawBufferPointer,
        maximumLength: Int = 32 * 1024,
        maximumFields: Int = 100
    ) -> Recognition {
        guard var scanner = HeadScanner(bytes, maximumLength: maximumLength), let line = scanner.requestLine() else {
            return .other
        }
        var request = SimpleRequest(isHead: line.method == .head, target: line.target)
        var fields = RequestFields(isSimple: line.method != .bodiless)
        while !scanner.takeLineEnd() {
            guard fields.count < maximumFields, let name = scanner.fieldName(), let value = scanner.fieldValue(),
                fields.take(name, value, of: scanner, into: &request)
            else { return .other }
        }
        guard fields.hasHost else { return .other }
        guard fields.isSimple else { return .bodiless(headLength: scanner.position) }
        request.headLength = scanner.position
        if let wanted = fields.wantedDigests { request.wantsReprDigest = DigestFields.wants(.sha256, wanted) }
        return .simple(request)
    }
}

/// What has been seen of the field lines so far.
private struct RequestFields {
    var count = 0
    var hasHost = false
    /// False as soon as there is a field that ``SimpleRequest`` has no place for.
    var isSimple: Bool
    /// The lines of Want-Repr-Digest, joined.
    var wantedDigests: String?
    private var hasConnection = false

    init(isSimple: Bool) {
        self.isSimple = isSimple
    }

    /// Takes one field line; false where the whole head is to be left to the decoder.
    mutating func take(
        _ name: Range<Int>,
        _ value: Range<Int>,
        of scanner: HeadScanner,
        into request: inout SimpleRequest
    ) -> Bool {
        count += 1
        switch scanner.kind(of: name) {
        case .ignored:
            break
        case .unknown:
            isSimple = false
        case .framing:
            return false
        case .host:
            guard !hasHost, scanner.isHost(value) else { return false }
            hasHost = true
        case .accept:
            isSimple = isSimple && request.accept == nil
            request.accept = value
        case .origin:
            isSimple = isSimple && request.origin == nil
            request.origin = value
        case .authorization:
            takeAuthorization(value, of: scanner, into: &request)
        case .connection:
            takeConnection(value, of: scanner, into: &request)
        case .wantReprDigest:
            let text = scanner.text(of: value)
            wantedDigests = wantedDigests.map { "\($0), \(text)" } ?? text
        case .condition(let field):
            request.conditions.add(scanner.text(of: value), to: field)
        }
        return true
    }

    /// `Bearer`, one space, and what may be a credential, once. Everything else is for the router to refuse.
    private mutating func takeAuthorization(
        _ value: Range<Int>,
        of scanner: HeadScanner,
        into request: inout SimpleRequest
    ) {
        let scheme = "Bearer ".utf8.count
        guard request.bearer == nil, value.count > scheme, scanner.hasPrefix(value, "bearer "),
            scanner[value.lowerBound + scheme] != .space
        else {
            isSimple = false
            return
        }
        request.bearer = (value.lowerBound + scheme)..<value.upperBound
    }

    /// `keep-alive` or `close` and nothing beside it; a list may name fields that would have to be dropped.
    private mutating func takeConnection(
        _ value: Range<Int>,
        of scanner: HeadScanner,
        into request: inout SimpleRequest
    ) {
        if scanner.equals(value, "close") {
            request.keepsAlive = false
        } else if !scanner.equals(value, "keep-alive") {
            isSimple = false
        }
        isSimple = isSimple && !hasConnection
        hasConnection = true
    }
}
