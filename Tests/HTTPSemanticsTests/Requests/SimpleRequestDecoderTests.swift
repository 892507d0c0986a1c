import HTTPSemantics
import HTTPTypes
import MediaTesting
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Testing

/// What is taken past the decoder, or given to it as a whole message, must be one to it too: else the two would disagree on
/// where the next request begins.
@Suite("Simple requests against the decoder of the router")
struct SimpleRequestDecoderTests {
    @Test("One head, no body, nothing left over")
    func agrees() throws {
        var numbers = SeededNumbers(test: 2)
        var taken = 0
        for round in 0..<20_000 {
            let bytes =
                round < Heads.ofClients.count
                ? Array(Heads.ofClients[round].utf8) : DamagedHead.random(of: Heads.ofClients, using: &numbers)
            let recognition = Heads.recognize(bytes)
            guard case .simple(let request) = recognition else { continue }
            taken += 1
            let text = String(decoding: bytes, as: UTF8.self).debugDescription
            let parts = try decode(Array(bytes[..<request.headLength]))
            try #require(parts.count == 2, "\(text): \(parts)")
            guard case .head(let head) = parts[0], case .end(nil) = parts[1] else {
                Issue.record("\(text): \(parts)")
                return
            }
            try compare(request, head, bytes, text)
        }
        #expect(taken > 2000)
    }

    private func compare(_ request: SimpleRequest, _ head: HTTPRequestHead, _ bytes: [UInt8], _ text: String) throws {
        let routed = try HTTPRequest(head, secure: false, splitCookie: false)
        try #require(head.version == .http1_1 && head.method == (request.isHead ? .HEAD : .GET), "\(text)")
        try #require(head.uri.utf8.elementsEqual(bytes[request.target]), "\(text)")
        try #require(head.isKeepAlive == request.keepsAlive, "\(text)")
        try #require(ConditionalFields(routed.headerFields) == request.conditions, "\(text)")
        for (name, range) in [(HTTPField.Name.accept, request.accept), (.origin, request.origin)] {
            let value = range.map { String(decoding: bytes[$0], as: UTF8.self) }
            try #require(routed.headerFields[values: name] == (value.map { [$0] } ?? []), "\(text)")
        }
        let digest = DigestFields.wants(.sha256, head.headers["want-repr-digest"].joined(separator: ", "))
        try #require(digest == request.wantsReprDigest, "\(text)")
    }

    /// All parts that the decoder makes of the bytes; throws what it throws.
    private func decode(_ bytes: [UInt8]) throws -> [HTTPServerRequestPart] {
        let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .fireError))
        let channel = EmbeddedChannel(handler: decoder)
        try channel.writeInbound(ByteBuffer(bytes: bytes))
        var parts: [HTTPServerRequestPart] = []
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) { parts.append(part) }
        _ = try channel.finish()
        return parts
    }
}
