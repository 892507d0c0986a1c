import Testing

@testable import Films

@Suite("Bounds of JSON that comes")
struct JSONBoundsTests {
    @Test("Deep and long texts are refused before they are decoded; brackets within texts count for nothing")
    func bounds() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(JSONBounds.flaw(in: nested(16)) == nil && JSONBounds.flaw(in: nested(17)) == .tooLarge)
        #expect(JSONBounds.flaw(in: Array(String(repeating: "[],", count: 10_000).utf8)) == nil)
        #expect(JSONBounds.flaw(in: Array(String(repeating: "[],", count: 10_001).utf8)) == .tooLarge)
        #expect(JSONBounds.flaw(in: Array(("\"\\\"" + String(repeating: "[,", count: 30_000) + "\"").utf8)) == nil)
        let body = Array("{\"x\": ".utf8) + nested(17) + Array("}".utf8)
        let decoded = try? RequestBody.decode(body)
        #expect(decoded == nil)
    }
}
