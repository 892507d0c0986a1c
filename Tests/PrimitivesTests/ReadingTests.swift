import Glibc
import Primitives
import SystemPackage
import Testing

@Suite("Reading from a position in a file")
struct ReadingTests {
    @Test("reads what was asked for, from where it was asked for, and leaves the descriptor's offset alone")
    func position() throws {
        try Self.withFile([1, 2, 3, 4, 5]) { file in
            try file.seek(offset: 4, from: .start)
            #expect(try file.bytes(at: 1, count: 3) == [2, 3, 4])
            #expect(try file.seek(offset: 0, from: .current) == 4)
        }
    }

    private static let ends: [(Int64, [UInt8])] = [(3, [4, 5]), (5, []), (9, [])]

    @Test("reads less at the end of the file, and nothing behind it", arguments: Self.ends)
    func end(offset: Int64, expected: [UInt8]) throws {
        try Self.withFile([1, 2, 3, 4, 5]) { file in
            let bytes = try file.bytes(at: offset, count: 100)
            #expect(bytes == expected)
        }
    }

    @Test("asks the file for nothing when nothing is wanted")
    func nothing() throws {
        #expect(try FileDescriptor(rawValue: -1).bytes(at: 0, count: 0) == [])
        #expect(try FileDescriptor(rawValue: -1).bytes(at: 0, count: -1) == [])
    }

    @Test("leaves the rest of a buffer that is longer than the file untouched")
    func buffer() throws {
        try Self.withFile([1, 2]) { file in
            var bytes: [UInt8] = [9, 9, 9, 9]
            let count = try bytes.withUnsafeMutableBytes { try file.readFully(at: 0, into: $0) }
            #expect(count == 2)
            #expect(bytes == [1, 2, 9, 9])
        }
    }

    @Test("tells the errno")
    func failure() throws {
        #expect(throws: Errno.badFileDescriptor) { try FileDescriptor(rawValue: -1).bytes(at: 0, count: 1) }
        let (reading, writing) = try FileDescriptor.pipe()
        defer {
            try? reading.close()
            try? writing.close()
        }
        #expect(throws: Errno.illegalSeek) { try reading.bytes(at: 0, count: 1) }
        try Self.withFile([1]) { file in
            #expect(throws: Errno.invalidArgument) { try file.bytes(at: -1, count: 1) }
        }
    }

    /// An unnamed file with the bytes in it.
    private static func withFile(_ bytes: [UInt8], _ body: (FileDescriptor) throws -> Void) throws {
        var template = Array("/tmp/mediad-reading-test-XXXXXX".utf8CString)
        let file = FileDescriptor(rawValue: mkstemp(&template))
        defer { try? file.close() }
        unlink(template)
        try file.writeAll(bytes)
        try body(file)
    }
}
