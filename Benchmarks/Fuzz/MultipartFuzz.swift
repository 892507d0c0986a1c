/// Feeds a body whole, in pieces and byte by byte: all must agree, and what was parsed must survive being written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let boundary = input.byte() & 1 == 0 ? "B" : "----x"
    let cutting = Int(input.byte()) + 1
    let body = input.bytes
    let whole = outcome(body, boundary, chunk: max(1, body.count))
    require(whole == outcome(body, boundary, chunk: cutting), "in chunks of \(cutting)")
    require(whole == outcome(body, boundary, chunk: 1), "byte by byte")
    // The same bytes as content: only a delimiter within ends it early.
    let wrapped = write([body], boundary)
    let content = outcome(wrapped, boundary, chunk: cutting)
    let containsBoundary = contains("\r\n".utf8 + body + "\r\n".utf8, Array("\r\n--\(boundary)".utf8))
    if !containsBoundary { require(content == .parts([body]), "content changed") }
    if case .parts(let parts) = whole {
        require(outcome(write(parts, boundary), boundary, chunk: cutting) == whole, "written again")
    }
    return 0
}

private enum Outcome: Equatable {
    case parts([[UInt8]])
    case failure(MultipartError)
}

private func write(_ parts: [[UInt8]], _ boundary: String) -> [UInt8] {
    var body: [UInt8] = []
    for part in parts {
        body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".utf8
        body += part
        body += "\r\n".utf8
    }
    return body + "--\(boundary)--\r\n".utf8
}

private func contains(_ text: [UInt8], _ needle: [UInt8]) -> Bool {
    guard text.count >= needle.count else { return false }
    return (0...(text.count - needle.count)).contains { text[$0..<($0 + needle.count)].elementsEqual(needle) }
}

private func outcome(_ body: [UInt8], _ boundary: String, chunk: Int) -> Outcome {
    do throws(MultipartError) {
        // Small limits, so that the fuzzer reaches them.
        let limits = MultipartLimits(
            maximumHeaderBytes: 512,
            maximumHeaders: 4,
            maximumParts: 8,
            maximumPreambleBytes: 64,
            maximumEpilogueBytes: 64
        )
        var parser = try MultipartFormDataParser(boundary: boundary, limits: limits)
        var parts: [[UInt8]] = []
        var isOpen = false
        var start = 0
        while start < body.count {
            let end = min(body.count, start + chunk)
            // A copy of its own, so that the address sanitizer sees a read outside of it.
            let piece = Array(body[start..<end])
            let events = try piece.withUnsafeBytes { buffer in
                Result { () throws(MultipartError) in try parser.feed(buffer) }
            }.get()
            for event in events {
                switch event {
                case .partBegin:
                    require(!isOpen, "part in part")
                    isOpen = true
                    parts.append([])
                case .data(let range):
                    require(isOpen && !range.isEmpty, "data")
                    parts[parts.count - 1] += piece[range]
                case .heldBack(let bytes):
                    require(isOpen && !bytes.isEmpty && bytes.count <= 75, "held back")
                    parts[parts.count - 1] += bytes
                case .partEnd:
                    require(isOpen, "end of no part")
                    isOpen = false
                case .end:
                    require(!isOpen && parser.isComplete, "end")
                }
            }
            start = end
        }
        try parser.finish()
        return .parts(parts)
    } catch {
        return .failure(error)
    }
}
