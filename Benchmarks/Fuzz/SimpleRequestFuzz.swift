import CNIOLLHTTP

/// Heads that are taken past the HTTP decoder, or given to it as whole messages, against that decoder's own parser: it must see
/// exactly one request with the same method, target and fields, no body, and nothing left over.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSimpleRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    // Half of the inputs begin with a good line and a Host, so that more time is spent on fields.
    let prefix = input.byte() & 1 == 0 ? "" : "GET /a HTTP/1.1\r\nHost: h\r\n"
    let bytes = Array(prefix.utf8) + input.bytes
    let recognition = bytes.withUnsafeBytes { SimpleRequest.recognize($0) }
    switch recognition {
    case .other: break
    case .bodiless(let length): checkMessage(Array(bytes[..<length]))
    case .simple(let request):
        let message = checkMessage(Array(bytes[..<request.headLength]))
        checkSimple(request, message, bytes)
    }
    // The end is in the bytes: less of them is no head, and more changes nothing.
    if let length = recognition.headLength {
        require(bytes[..<(length - 1)].withUnsafeBytes { SimpleRequest.recognize($0) } == .other, "too early")
        require(bytes[..<length].withUnsafeBytes { SimpleRequest.recognize($0) } == recognition, "what follows counts")
    }
    return 0
}

extension SimpleRequest.Recognition {
    fileprivate var headLength: Int? {
        switch self {
        case .simple(let request): request.headLength
        case .bodiless(let headLength): headLength
        case .other: nil
        }
    }
}

/// What the parser has said of one message.
private final class ParsedMessage {
    var method = ""
    var target: [UInt8] = []
    var fields: [(name: [UInt8], value: [UInt8])] = []
    var keepsAlive = false
    var begun = 0
    var ended = 0
    var bodyBytes = 0
    var lastWasName = false

    /// Values of the lines with this name in lowercase.
    func values(_ name: String) -> [[UInt8]] {
        fields.filter { $0.name.map(\.asciiLowercased) == Array(name.utf8) }.map(\.value)
    }
}

@discardableResult
private func checkMessage(_ bytes: [UInt8]) -> ParsedMessage {
    let message = parse(bytes, pieces: bytes.count)
    // Also when it comes byte by byte.
    let again = parse(bytes, pieces: 1)
    require(again.fields.map(\.value) == message.fields.map(\.value), "pieces")
    return message
}

private func parse(_ bytes: [UInt8], pieces: Int) -> ParsedMessage {
    let message = ParsedMessage()
    var settings = llhttp_settings_t()
    c_nio_llhttp_settings_init(&settings)
    settings.on_message_begin = { parser in
        current(parser).begun += 1
        return 0
    }
    settings.on_url = { parser, at, count in
        current(parser).target += text(at, count)
        return 0
    }
    settings.on_header_field = { parser, at, count in
        let message = current(parser)
        if !message.lastWasName { message.fields.append(([], [])) }
        message.lastWasName = true
        message.fields[message.fields.count - 1].name += text(at, count)
        return 0
    }
    settings.on_header_value = { parser, at, count in
        let message = current(parser)
        message.lastWasName = false
        message.fields[message.fields.count - 1].value += text(at, count)
        return 0
    }
    settings.on_headers_complete = { parser in
        current(parser).keepsAlive = c_nio_llhttp_should_keep_alive(parser) == 1
        return 0
    }
    settings.on_body = { parser, _, count in
        current(parser).bodyBytes += count
        return 0
    }
    settings.on_message_complete = { parser in
        current(parser).ended += 1
        return 0
    }
    withUnsafePointer(to: &settings) { settings in
        var parser = llhttp_t()
        c_nio_llhttp_init(&parser, HTTP_REQUEST, settings)
        parser.data = Unmanaged.passUnretained(message).toOpaque()
        for piece in stride(from: 0, to: bytes.count, by: pieces) {
            require(message.ended == 0, "ended before its end")
            let result = bytes[piece..<min(bytes.count, piece + pieces)].withUnsafeBytes {
                c_nio_llhttp_execute_swift(&parser, $0.baseAddress, $0.count)
            }
            require(result == HPE_OK, "refused: \(result.rawValue)")
        }
        require(message.begun == 1 && message.ended == 1 && message.bodyBytes == 0, "not one message without a body")
        require(parser.upgrade == 0 && parser.http_major == 1 && parser.http_minor == 1, "version or protocol")
        require(c_nio_llhttp_finish(&parser) == HPE_OK, "not at an end")
        message.method = String(cString: c_nio_llhttp_method_name(llhttp_method_t(UInt32(parser.method))))
    }
    return message
}

private func current(_ parser: UnsafeMutablePointer<llhttp_t>?) -> ParsedMessage {
    guard let data = parser?.pointee.data else { preconditionFailure("no message") }
    return Unmanaged<ParsedMessage>.fromOpaque(data).takeUnretainedValue()
}

private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> [UInt8] {
    UnsafeBufferPointer(start: start, count: count).map { UInt8(bitPattern: $0) }
}

private func trimmed(_ value: [UInt8]) -> [UInt8] {
    var value = value[...]
    while let last = value.last, last.isOptionalWhitespace { value.removeLast() }
    while let first = value.first, first.isOptionalWhitespace { value.removeFirst() }
    return Array(value)
}

private func checkSimple(_ request: SimpleRequest, _ message: ParsedMessage, _ bytes: [UInt8]) {
    require(message.method == (request.isHead ? "HEAD" : "GET"), "method")
    require(message.target == Array(bytes[request.target]), "target")
    require(message.keepsAlive == request.keepsAlive, "connection")
    require(message.values("host").count == 1, "host")
    for name in ["content-length", "transfer-encoding", "upgrade", "expect", "trailer"] {
        require(message.values(name).isEmpty, name)
    }
    for (name, range) in [("accept", request.accept), ("origin", request.origin)] {
        require(message.values(name).map(trimmed) == (range.map { [Array(bytes[$0])] } ?? []), name)
    }
    let credentials = message.values("authorization").map(trimmed)
    require(credentials.count == (request.bearer == nil ? 0 : 1), "authorization")
    if let credential = credentials.first, let bearer = request.bearer {
        require(credential.dropFirst(7).elementsEqual(bytes[bearer]) && credential.count > 7, "bearer")
        require(String(decoding: credential.prefix(7), as: UTF8.self).lowercased() == "bearer ", "scheme")
    }
    func lines(_ name: String) -> [String] {
        message.values(name).map { String(decoding: trimmed($0), as: UTF8.self) }
    }
    func joined(_ name: String) -> String? {
        let lines = lines(name)
        return lines.isEmpty ? nil : lines.joined(separator: ", ")
    }
    var conditions = ConditionalFields()
    conditions.ifMatch = lines("if-match")
    conditions.ifNoneMatch = lines("if-none-match")
    conditions.ifModifiedSince = joined("if-modified-since")
    conditions.ifUnmodifiedSince = joined("if-unmodified-since")
    conditions.ifRange = joined("if-range")
    conditions.range = joined("range")
    require(conditions == request.conditions, "conditions")
    require(DigestFields.wants(.sha256, joined("want-repr-digest") ?? "") == request.wantsReprDigest, "digest")
}
