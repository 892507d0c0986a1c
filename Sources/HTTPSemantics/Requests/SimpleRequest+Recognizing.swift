extension SimpleRequest {
    /// Looks at the bytes at a message boundary; they may go on behind the head.
    ///
    /// Stricter than RFC 9112 allows a recipient to be: line ends are CRLF, field lines are not folded, whitespace stands
    /// where the grammar has it, and there is exactly one valid Host. What two parsers could read differently is always `other`.
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
        guard var scanner = HeadScanner(bytes, maximumLength: maximumLength) else { return .incomplete }
        guard let request = self.request(from: &scanner, maximumFields: maximumFields) else {
            return scanner.isExhausted && bytes.count < maximumLength ? .incomplete : .other
        }
        return .simple(request)
    }

    private static func request(from scanner: inout HeadScanner, maximumFields: Int) -> SimpleRequest? {
        guard let line = scanner.requestLine() else { return nil }
        var request = SimpleRequest(isHead: line.isHead, target: line.target)
        var fields = RequestFields()
        while !scanner.takeLineEnd() {
            guard fields.count < maximumFields, let name = scanner.fieldName(), let value = scanner.fieldValue(),
                fields.take(name, value, of: scanner, into: &request)
            else { return nil }
        }
        guard fields.hasHost else { return nil }
        request.headLength = scanner.position
        if let wanted = fields.wantedDigests { request.wantsReprDigest = DigestFields.wants(.sha256, wanted) }
        return request
    }
}

/// What has been seen of the field lines so far.
private struct RequestFields {
    private(set) var count = 0
    private(set) var hasHost = false
    /// The lines of Want-Repr-Digest, joined.
    private(set) var wantedDigests: String?
    private var hasConnection = false

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
        case .routed:
            return false
        case .host:
            guard !hasHost, scanner.isHost(value) else { return false }
            hasHost = true
        case .accept:
            guard request.accept == nil else { return false }
            request.accept = value
        case .origin:
            guard request.origin == nil else { return false }
            request.origin = value
        case .authorization:
            return takeAuthorization(value, of: scanner, into: &request)
        case .connection:
            return takeConnection(value, of: scanner, into: &request)
        case .wantReprDigest:
            let text = scanner.text(of: value)
            wantedDigests = wantedDigests.map { "\($0), \(text)" } ?? text
        case .condition(let field):
            request.conditions.add(scanner.text(of: value), to: field)
        }
        return true
    }

    /// `Bearer`, one space, and what may be a credential, once. Everything else is for the router to refuse.
    private func takeAuthorization(
        _ value: Range<Int>,
        of scanner: HeadScanner,
        into request: inout SimpleRequest
    ) -> Bool {
        let scheme = "Bearer ".utf8.count
        guard request.bearer == nil, value.count > scheme, scanner.hasPrefix(value, "bearer "),
            scanner[value.lowerBound + scheme] != .space
        else { return false }
        request.bearer = (value.lowerBound + scheme)..<value.upperBound
        return true
    }

    /// `keep-alive` or `close` and nothing beside it; a list may name fields that would have to be dropped.
    private mutating func takeConnection(
        _ value: Range<Int>,
        of scanner: HeadScanner,
        into request: inout SimpleRequest
    ) -> Bool {
        guard !hasConnection else { return false }
        hasConnection = true
        if scanner.equals(value, "keep-alive") { return true }
        request.keepsAlive = false
        return scanner.equals(value, "close")
    }
}
