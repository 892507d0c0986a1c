import HTTPSemantics

/// A whole form, collected from the events of a parser.
struct Form {
    struct Part {
        var head: MultipartPartHead
        var content: [UInt8] = []
        var isComplete = false
    }

    private(set) var parts: [Part] = []
    private(set) var endCount = 0

    /// Parses `body` in chunks that end at the offsets in `cuts`, and then the rest.
    init(
        _ body: [UInt8],
        boundary: String,
        chunks cuts: [Int],
        limits: MultipartLimits = MultipartLimits()
    ) throws(MultipartError) {
        var parser = try MultipartFormDataParser(boundary: boundary, limits: limits)
        var start = 0
        for end in cuts + [body.count] {
            let chunk = Array(body[start..<end])
            for event in try parser.feed(chunk) { apply(event, of: chunk) }
            start = end
        }
        try parser.finish()
    }

    private mutating func apply(_ event: MultipartFormDataParser.Event, of chunk: [UInt8]) {
        switch event {
        case .partBegin(let head): parts.append(Part(head: head))
        case .data(let range): append(chunk[range])
        case .heldBack(let bytes): append(bytes[...])
        case .partEnd: parts[parts.count - 1].isComplete = true
        case .end: endCount += 1
        }
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        precondition(!bytes.isEmpty && !parts[parts.count - 1].isComplete, "content outside a part")
        parts[parts.count - 1].content += bytes
    }
}

extension MultipartFormDataParser {
    mutating func feed(_ bytes: [UInt8]) throws(MultipartError) -> [Event] {
        // `withUnsafeBytes` of an array forgets the type of the error; a Result carries it out.
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(MultipartError) in try feed(buffer) }
        }.get()
    }

    mutating func feed(_ text: String) throws(MultipartError) -> [Event] {
        try feed(Array(text.utf8))
    }
}
