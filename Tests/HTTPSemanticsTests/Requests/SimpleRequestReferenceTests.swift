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
        var counts = (simple: 0, bodiless: 0, other: 0)
        for _ in 0..<20_000 {
            let bytes = DamagedHead.random(of: Heads.ofClients, using: &numbers)
            let recognition = Heads.recognize(bytes)
            switch recognition {
            case .simple: counts.simple += 1
            case .bodiless: counts.bodiless += 1
            case .other: counts.other += 1
            }
            let text = String(decoding: bytes, as: UTF8.self).debugDescription
            if let reference = ReferenceHead(bytes) {
                let difference = reference.difference(from: recognition, in: bytes)
                try #require(difference == nil, "\(text): \(recognition)")
            } else {
                try #require(recognition == .other, "\(text): \(recognition)")
            }
        }
        // The mutations reach all three.
        #expect(min(counts.simple, counts.bodiless, counts.other) > 500, "\(counts)")
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
                    let difference =
                        ReferenceHead(bytes).map { $0.difference(from: recognition, in: bytes) }
                        ?? (recognition == .other ? nil : "other")
                    try #require(difference == nil, "\(byte) at \(offset): \(recognition)")
                }
            }
        }
    }
}
