import HTTPSemantics
import HTTPTypes

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The same judgement as ``SimpleRequest/recognize(_:maximumLength:maximumFields:)``, by splitting into lines and with
/// regular tools: slow, and written apart from it.
struct ReferenceHead {
    private static let conditions: Set<String> = [
        "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range",
    ]
    private static let routed: Set<String> = [
        "content-length", "transfer-encoding", "upgrade", "expect", "trailer", "proxy-connection", "x-request-id",
    ]
    private static let tokenBytes = Set(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8
    )

    var method = ""
    var target = ""
    /// Names in lowercase, values without whitespace around them.
    var fields: [(name: String, value: [UInt8])] = []
    var length = 0

    /// Nil for `other`.
    init?(_ bytes: [UInt8]) {
        guard let lines = Self.lines(bytes), let first = lines.first else { return nil }
        length = lines.reduce(2) { $0 + $1.count + 2 }
        guard length <= 32 * 1024, lines.count <= 101 else { return nil }
        let words = first.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words[2].elementsEqual("HTTP/1.1".utf8) else { return nil }
        method = String(decoding: words[0], as: UTF8.self)
        target = String(decoding: words[1], as: UTF8.self)
        let reads = method == "GET" || method == "HEAD"
        guard reads else { return nil }
        guard words[1].allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 }) else { return nil }
        guard target.hasPrefix("/") else { return nil }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: 0x3A), colon > 0 else { return nil }
            guard line[..<colon].allSatisfy(Self.tokenBytes.contains) else { return nil }
            var value = line[(colon + 1)...]
            guard value.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }) else { return nil }
            while let byte = value.first, byte == 0x20 || byte == 0x09 { value.removeFirst() }
            while let byte = value.last, byte == 0x20 || byte == 0x09 { value.removeLast() }
            fields.append((String(decoding: line[..<colon], as: UTF8.self).lowercased(), Array(value)))
        }
        guard fields.allSatisfy({ !Self.routed.contains($0.name) }) else { return nil }
        let hosts = values("host")
        guard hosts.count == 1, Self.isHost(hosts[0]), self.isSimple else { return nil }
    }

    /// Whether a head could come of the bytes if more came: one of these completes it.
    static func isBeginning(_ bytes: [UInt8]) -> Bool {
        // A whole one begins nothing.
        guard self.lines(bytes) == nil else { return false }
        let whole = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        let ends = [
            "\n", "\n\r\n", "\r\n", "\r\n\r\n", ":\r\n\r\n", "x:\r\n\r\n", "h\r\n\r\n", "1]\r\n\r\n", ":1]\r\n\r\n",
            "k\r\n\r\n", "\r\nHost: h\r\n\r\n", "close\r\nHost: h\r\n\r\n",
        ]
        return (whole.utf8.indices.map { Array(whole.utf8[$0...]) } + ends.map { Array($0.utf8) }).contains { rest in
            ReferenceHead(bytes + rest).map { $0.length > bytes.count } ?? false
        }
    }

    /// The lines of a complete head without their ends and without the empty one.
    private static func lines(_ bytes: [UInt8]) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.indices.first(where: { rest[$0...].starts(with: [0x0D, 0x0A]) }) {
            if end == rest.startIndex { return lines }
            lines.append(Array(rest[..<end]))
            rest = rest[(end + 2)...]
        }
        return nil
    }

    private static func isHost(_ text: String) -> Bool {
        if let port = text.firstMatch(of: /:(\d{1,5})$/) {
            guard let number = Int(port.1), (1...65_535).contains(number), port.1.utf8.allSatisfy({ $0 < 0x80 }) else {
                return false
            }
            return isName(String(text[..<port.range.lowerBound]))
        }
        return isName(text)
    }

    /// What is in brackets is for the C library to judge.
    private static func isName(_ text: String) -> Bool {
        guard let bracketed = text.wholeMatch(of: /\[([0-9A-Fa-f:.]+)\]/) else {
            return text.wholeMatch(of: /[A-Za-z0-9._\-]{1,253}/) != nil
        }
        var address = in6_addr()
        return inet_pton(AF_INET6, String(bracketed.1), &address) == 1
    }

    private func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    private var isSimple: Bool {
        for name in ["accept", "origin", "connection", "authorization"] where values(name).count > 1 { return false }
        if let credential = values("authorization").first {
            guard credential.wholeMatch(of: /(?i:bearer) [^ ].*/.dotMatchesNewlines()) != nil else { return false }
        }
        guard let connection = values("connection").first?.lowercased() else { return true }
        return connection == "close" || connection == "keep-alive"
    }

    /// Nil if `recognition` says the same, else what differs.
    func difference(from recognition: SimpleRequest.Recognition, in bytes: [UInt8]) -> String? {
        switch recognition {
        case .other, .incomplete: return "a head"
        case .simple(let request):
            guard request.headLength == length else { return "another length" }
            func value(_ range: Range<Int>?) -> [UInt8]? { range.map { Array(bytes[$0]) } }
            guard value(request.target) == Array(target.utf8), request.isHead == (method == "HEAD") else {
                return "request line"
            }
            guard value(request.accept) == fields.first(where: { $0.name == "accept" })?.value else { return "Accept" }
            guard value(request.origin) == fields.first(where: { $0.name == "origin" })?.value else { return "Origin" }
            guard request.keepsAlive == (values("connection").first?.lowercased() != "close") else {
                return "Connection"
            }
            var headers = HTTPFields()
            for field in fields {
                guard let name = HTTPField.Name(field.name) else { return "name" }
                headers.append(HTTPField(name: name, value: String(decoding: field.value, as: UTF8.self)))
            }
            guard request.conditions == ConditionalFields(headers) else { return "conditions" }
            let wants = DigestFields.wants(.sha256, values("want-repr-digest").joined(separator: ", "))
            return request.wantsReprDigest == wants ? nil : "digest"
        }
    }
}
