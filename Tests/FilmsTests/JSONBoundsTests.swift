import Testing

@testable import Films

@Suite("Bounds of JSON that comes")
struct JSONBoundsTests {
    @Test("Deep and long texts are refused before they are decoded; brackets within texts count for nothing")
    func bounds() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(JSONBounds.allow(nested(16)) && !JSONBounds.allow(nested(17)))
        #expect(JSONBounds.allow(Array(String(repeating: "[],", count: 10_000).utf8)))
        #expect(!JSONBounds.allow(Array(String(repeating: "[],", count: 10_001).utf8)))
        #expect(JSONBounds.allow(Array(("\"\\\"" + String(repeating: "[,", count: 30_000) + "\"").utf8)))
        let body = Array("{\"x\": ".utf8) + nested(17) + Array("}".utf8)
        let decoded = try? RequestBody.decode(body)
        #expect(decoded == nil)
    }
}
