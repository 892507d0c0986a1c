import MediaTesting
import Testing

/// Status and fields of an answer, interim ones (1xx) included.
struct AnswerHead: Sendable {
    let status: Int
    let fields: [(name: String, value: String)]

    init(_ bytes: [UInt8]) throws {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let statusLine = try #require(lines.first)
        try #require(statusLine.hasPrefix("HTTP/1.1 "), "\(statusLine)")
        status = try #require(Int(statusLine.dropFirst(9).prefix(3)), "\(statusLine)")
        fields = try lines.dropFirst().map { line in
            let colon = try #require(line.firstIndex(of: ":"), "\(line)")
            return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
    }

    /// The value of a field; nil when it is missing, joined when it is there twice.
    subscript(_ name: String) -> String? {
        let values = fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}

/// All that came back for one request: the interim answers, then the final one.
struct Exchange: Sendable {
    let interim: [AnswerHead]
    let head: AnswerHead
    let body: [UInt8]

    var status: Int { head.status }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// Those that say that the upload can be resumed, and how far it is.
    var resumptions: [AnswerHead] { interim.filter { $0.status == 104 } }

    subscript(_ name: String) -> String? { head[name] }

    /// The record of a 201 with one file.
    func record(sourceLocation: SourceLocation = #_sourceLocation) throws -> Record {
        try #require(status == 201, "\(status): \(text)", sourceLocation: sourceLocation)
        let records = try Record.list(body, sourceLocation: sourceLocation)
        #expect(records.count == 1, sourceLocation: sourceLocation)
        return try #require(records.first, sourceLocation: sourceLocation)
    }

    /// Checks that this is a refusal with RFC 9457 problem details and the stable code.
    @discardableResult
    func expectProblem(
        _ status: Int,
        _ code: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSONValue {
        #expect(self.status == status, "\(text)", sourceLocation: sourceLocation)
        #expect(self["Content-Type"] == "application/problem+json", sourceLocation: sourceLocation)
        let problem = try JSONValue(parsing: body)
        #expect(problem["code"]?.string == code, "\(text)", sourceLocation: sourceLocation)
        #expect(problem["status"]?.integer == status, sourceLocation: sourceLocation)
        return problem
    }
}

extension HTTPProbe {
    /// Reads one head, interim or final.
    func receiveAnyHead() async throws -> AnswerHead { try AnswerHead(try await take(through: "\r\n\r\n")) }

    /// Reads everything up to the end of the final answer.
    ///
    /// - Parameter earlier: interim answers that were read already.
    func receiveExchange(to method: String, after earlier: [AnswerHead] = []) async throws -> Exchange {
        var interim = earlier
        var head = try await receiveAnyHead()
        while head.status < 200 {
            interim.append(head)
            head = try await receiveAnyHead()
        }
        var body: [UInt8] = []
        if method != "HEAD", head.status != 204, head.status != 304 {
            #expect(head["Transfer-Encoding"] == nil)
            body = try await take(exactly: try #require(head["Content-Length"].flatMap { Int($0) }, "\(head)"))
        }
        return Exchange(interim: interim, head: head, body: body)
    }
}

extension DaemonProcess {
    /// One request on a connection of its own, with every interim answer kept.
    func exchange(
        _ method: String,
        _ target: String,
        _ fields: [(String, String)] = [],
        body: [UInt8]? = nil
    ) async throws -> Exchange {
        let probe = try await connect()
        try await probe.send(method, target, fields + [("Connection", "close")], body: body)
        return try await probe.receiveExchange(to: method)
    }
}
