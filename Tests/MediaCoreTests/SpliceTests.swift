import FoundationEssentials
import MediaCore
import Testing

@Suite("A splice")
struct SpliceTests {
    @Test("of a thousand far pieces fits into one message of a worker")
    func small() throws {
        let piece = Splice.Piece(.written, offset: .max / 2, count: .max / 2)
        let splice = Splice(pieces: Array(repeating: piece, count: Splice.maximumPiecesInMessage))
        let data = try JSONEncoder().encode(splice)
        #expect(data.count < 60_000)
        #expect(try JSONDecoder().decode(Splice.self, from: data) == splice)
    }

    @Test("takes no more from its origins than they have")
    func bounds() {
        func fits(_ pieces: Splice.Piece...) -> Bool { Splice(pieces: pieces).fits(source: 10, written: 4) }
        #expect(fits(.init(.source, offset: 0, count: 10)))
        #expect(fits(.init(.source, offset: 5, count: 5), .init(.written, offset: 0, count: 4)))
        #expect(!fits())
        #expect(!fits(.init(.source, offset: 0, count: 0)))
        #expect(!fits(.init(.source, offset: 1, count: 10)))
        #expect(!fits(.init(.source, offset: -1, count: 1)))
        #expect(!fits(.init(.source, offset: .max, count: .max)))
        #expect(!fits(.init(.written, offset: 0, count: 5)))
        #expect(!fits(.init(.source, offset: 0, count: 6), .init(.source, offset: 0, count: 5)))
        let many = Array(repeating: Splice.Piece(.source, offset: 0, count: 1), count: Splice.maximumPieces + 1)
        #expect(!Splice(pieces: many).fits(source: 10_000_000, written: 0))
        #expect(!Splice(pieces: [.init(.zeros, offset: 0, count: 11)]).fits(source: 10, written: 4))
        #expect(fits(.init(.source, offset: 0, count: 5), .init(.zeros, offset: 0, count: 5)))
    }

    @Test("of very many pieces is a table")
    func table() {
        let splice = Splice(pieces: [
            .init(.source, offset: 1 << 40, count: 7), .init(.zeros, offset: 0, count: 3),
            .init(.written, offset: 2, count: 1),
        ])
        #expect(splice.table.count == 3 * Splice.tableEntryLength)
        #expect(Splice(table: splice.table) == splice)
        #expect(Splice(table: []) == nil)
        #expect(Splice(table: Array(splice.table.dropLast())) == nil)
        #expect(Splice(table: [9] + splice.table.dropFirst()) == nil)
    }
}
