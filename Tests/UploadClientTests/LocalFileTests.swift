import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import UploadClient

@Suite("Files that are sent")
struct LocalFileTests {
    private let path = "/tmp/mediad-test-file-\(UUID().uuidString)"

    private func withFile(_ bytes: [UInt8], _ body: () async throws -> Void) async throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        try await body()
    }

    private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) } }

    @Test(
        "Read from any offset, in pieces, with progress; empty at the end",
        arguments: [0, 1, 524_287, 524_288, 1_300_000]
    )
    func chunks(offset: Int) async throws {
        let all = bytes(1_300_000)
        try await withFile(all) {
            let progress = Mutex<[Int64]>([])
            let chunks = FileChunks(
                file: try LocalFile(path: path),
                offset: Int64(offset),
                pool: .singleton,
                onProgress: { done in progress.withLock { $0.append(done) } }
            )
            var read: [UInt8] = []
            for try await chunk in chunks { read += Array(chunk.readableBytesView) }
            #expect(read == Array(all[offset...]))
            let steps = progress.withLock(\.self)
            #expect(steps == steps.sorted())
            #expect(steps.last ?? Int64(all.count) == Int64(all.count))
        }
    }

    @Test("A file that changes is not sent to its end", arguments: [true, false])
    func changed(isShorter: Bool) async throws {
        try await withFile(bytes(2_000_000)) {
            let file = try LocalFile(path: path)
            let chunks = FileChunks(file: file, offset: 0, pool: .singleton, onProgress: { _ in })
            var iterator = chunks.makeAsyncIterator()
            #expect(try await iterator.next()?.readableBytes == 524_288)
            if isShorter {
                #expect(truncate(path, 700_000) == 0)
            } else {
                var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
                #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
            }
            var pieces = 1
            await #expect {
                while try await iterator.next() != nil { pieces += 1 }
            } throws: {
                ($0 as? UploadClientError)?.message.contains("changed while it was being sent") == true
            }
            #expect(pieces < 4)
        }
    }

    @Test("What is no file, or has nothing in it, is refused by name")
    func refused() async throws {
        #expect(mkfifo(path, 0o644) == 0)
        defer { unlink(path) }
        let cases: [(String, UploadClientError.Code, String)] = [
            ("/nonexistent.mp4", .unreadable, "No such file"), ("/tmp", .notAFile, "is a folder"),
            (path, .notAFile, "not a regular file"), ("/dev/null", .notAFile, "not a regular file"),
            ("", .unreadable, "No such file"),
        ]
        for (path, code, words) in cases {
            #expect { try LocalFile(path: path) } throws: {
                guard let error = $0 as? UploadClientError else { return false }
                return error.code == code && error.message.contains(words) && error.message.contains(path)
            }
        }
        let empty = "\(path)-empty"
        try Data().write(to: URL(fileURLWithPath: empty))
        defer { unlink(empty) }
        #expect { try LocalFile(path: empty) } throws: { ($0 as? UploadClientError)?.code == .emptyFile }
    }

    @Test("Links lead to one place")
    func place() async throws {
        try await withFile([1]) {
            let link = "\(path)-link"
            #expect(symlink(path, link) == 0)
            defer { unlink(link) }
            let linked = try LocalFile(path: link)
            #expect(linked.realPath == path)
            #expect(linked.name == String(link.dropFirst(5)))
            let detour = try LocalFile(path: "/tmp/../tmp/./" + path.dropFirst(5))
            #expect(detour.realPath == path)
        }
    }
}
