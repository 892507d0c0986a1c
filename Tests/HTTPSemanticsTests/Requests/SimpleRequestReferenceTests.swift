import HTTPSemantics
import MediaTesting
import Testing

@Suite("Simple requests against a reference")
struct SimpleRequestReferenceTests {
    @Test("Undamaged heads are judged alike", arguments: Heads.ofClients)
    func undamaged(head: String) throws {
        let bytes = Array(head.utf8)
        let reference = try #require(ReferenceHead(bytes))
        #expect(reference.difference(from: Heads.recognize(bytes), in: bytes) == nil)
    }

    @Test("Damaged heads are judged alike")
    func damaged() throws {
        var numbers = SeededNumbers(test: 1)
        var counts = (simple: 0, incomplete: 0, other: 0)
        for _ in 0..<5_000 {
            var bytes = DamagedHead.random(of: Heads.ofClients, using: &numbers)
            if Bool.random(using: &numbers) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &numbers)) }
            let recognition = Heads.recognize(bytes)
            switch recognition {
            case .simple: counts.simple += 1
            case .incomplete: counts.incomplete += 1
            case .other: counts.other += 1
            }
            let text = String(decoding: bytes, as: UTF8.self).debugDescription
            try #require(Self.difference(recognition, bytes) == nil, "\(text): \(recognition)")
        }
        // The mutations reach all three.
        #expect(min(counts.simple, counts.incomplete, counts.other) > 100, "\(counts)")
    }

    @Test("Every byte at every place of a head is judged alike")
    func everyByte() throws {
        for head in [Heads.plain, Heads.with("Accept: a/b", "X-A: b", "Connection: close", "Range: bytes=0-")] {
            for place in head.utf8.indices {
                let offset = head.utf8.distance(from: head.utf8.startIndex, to: place)
                for byte in UInt8.min...UInt8.max {
                    var bytes = Array(head.utf8)
                    bytes[offset] = byte
                    let recognition = Heads.recognize(bytes)
                    let difference = Self.difference(recognition, bytes)
                    try #require(difference == nil, "\(byte) at \(offset): \(recognition)")
                }
            }
        }
    }

    /// Nil where the reference says the same.
    private static func difference(_ recognition: SimpleRequest.Recognition, _ bytes: [UInt8]) -> String? {
        if let reference = ReferenceHead(bytes) { return reference.difference(from: recognition, in: bytes) }
        if ReferenceHead.isBeginning(bytes) { return recognition == .incomplete ? nil : "incomplete" }
        if case .simple = recognition { return "not simple" }
        // What cannot become one is seen to be none when it is whole at the latest.
        let isWhole = bytes.indices.contains { bytes[$0...].starts(with: "\r\n\r\n".utf8) }
        return isWhole && recognition != .other ? "other" : nil
    }
}
