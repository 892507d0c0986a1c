/// One request of a player and what it got for it, as seen on the wire between it and the daemon.
struct Transfer: Sendable, CustomStringConvertible {
    /// The request line and the fields.
    let request: MessageHead
    /// The status line and the fields; nil while there is no answer.
    var answer: MessageHead?
    /// Bytes of content that were handed on to the player: fewer than Content-Length when it hung up.
    var contentBytes = 0

    var method: String { request.words.first ?? "" }
    var status: Int { answer.flatMap { $0.words.dropFirst().first }.flatMap { Int($0) } ?? 0 }

    /// Content-Length of the answer.
    var contentLength: Int { answer?["Content-Length"].flatMap { Int($0) } ?? 0 }

    /// The first position of the answer's Content-Range; 0 for a 200; nil for other answers.
    var firstPosition: Int? {
        guard status == 206 else { return status == 200 ? 0 : nil }
        return answer?["Content-Range"]?.dropFirst("bytes ".count).split(separator: "-").first.flatMap { Int($0) }
    }

    var description: String {
        let fields = ["Range", "If-Range", "If-None-Match"].compactMap { name in request[name].map { "\(name): \($0)" }
        }
        return
            "\(method) \(fields) -> \(status) \(answer?["Content-Range"] ?? "") \(contentBytes) of \(contentLength) bytes"
    }
}

/// The first line and the fields of a message.
struct MessageHead: Sendable {
    /// The first line's words.
    let words: [String]
    private let fields: [(name: String, value: String)]

    /// - Parameter bytes: everything before the empty line.
    init(_ bytes: some Sequence<UInt8>) {
        let lines = String(decoding: Array(bytes), as: UTF8.self).split(separator: "\r\n")
        words = lines.first.map { $0.split(separator: " ").map(String.init) } ?? []
        fields = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (name.lowercased(), String(line.dropFirst(name.count + 1).drop { $0 == " " }))
        }
    }

    /// The first value of a field.
    subscript(_ name: String) -> String? { fields.first { $0.name == name.lowercased() }?.value }
}

/// What passes on one connection, read as requests without content and answers with a Content-Length.
struct Conversation: Sendable {
    private(set) var transfers: [Transfer] = []
    /// The transfer whose answer is read.
    private var current = 0
    private var requestHead: [UInt8] = []
    private var answerHead: [UInt8] = []
    /// Content of the current answer that is still to come.
    private var left = 0

    /// Notes bytes of the client.
    mutating func asked(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            requestHead.append(byte)
            guard Self.isComplete(requestHead) else { continue }
            transfers.append(Transfer(request: MessageHead(requestHead.dropLast(4))))
            requestHead = []
        }
    }

    /// Notes bytes of the server.
    mutating func answered(_ bytes: ArraySlice<UInt8>) {
        var bytes = bytes
        while !bytes.isEmpty, current < transfers.count {
            if left > 0 {
                let taken = min(left, bytes.count)
                transfers[current].contentBytes += taken
                left -= taken
                bytes = bytes.dropFirst(taken)
                if left == 0 { current += 1 }
            } else {
                answerHead.append(bytes.removeFirst())
                guard Self.isComplete(answerHead) else { continue }
                let head = MessageHead(answerHead.dropLast(4))
                answerHead = []
                transfers[current].answer = head
                let isBodiless = transfers[current].method == "HEAD" || [204, 304].contains(transfers[current].status)
                left = isBodiless ? 0 : transfers[current].contentLength
                if left == 0 { current += 1 }
            }
        }
    }

    private static func isComplete(_ head: [UInt8]) -> Bool { head.suffix(4).elementsEqual([13, 10, 13, 10]) }
}
