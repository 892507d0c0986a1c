import Testing

@testable import Films

@Suite("Cursors of lists")
struct PageCursorTests {
    @Test("A cursor has one text: what decodes to the same bytes by bits that no byte has is none", arguments: 1...3)
    func spelling(length: Int) throws {
        let cursors = PageCursor(secret: [1])
        let text = cursors.text(of: [String(repeating: "x", count: length)], scope: "s")
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let taken = digits.filter { digit in
            (try? cursors.values(in: text.dropLast() + String(digit), scope: "s")) != nil
        }
        #expect(taken == String(text.suffix(1)))
    }
}
