import MediaCore
import MediaStorage
import MediaTesting
import Testing

/// Random requests on one upload, beside what it should hold.
@Suite("Random requests against a model")
struct UploadModelTests {
    private struct Model {
        /// What was acknowledged.
        var committed: [UInt8] = []
        /// What a kill leaves beyond it.
        var tail: [UInt8] = []
    }

    @Test("A4.25, A4.28, A7.52: bytes, offset and digest are right after each request", arguments: UInt64(1)...12)
    func requests(_ seed: UInt64) async throws {
        var numbers = SeededNumbers(test: seed)
        let root = try TemporaryRoot()
        // So small that long requests make checkpoints on the way.
        let checkpointSize = ByteCount(bytes: 20_000)
        var uploads = try makeUploads(root, checkpointSize: checkpointSize)
        let id = UploadID()
        try await uploads.create(id)
        let remains = UploadRemains(root: root, id: id)
        var model = Model()
        var file = try await uploads.held(id)
        for step in 0..<60 {
            let length = Int.random(in: 0...40_000, using: &numbers) * Int.random(in: 0...2, using: &numbers)
            let bytes = numbers.bytes(length)
            let isVerified = Bool.random(using: &numbers)
            let append = try await file.append(verified: isVerified)
            #expect(try remains.bytes() == model.committed)
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...30_000, using: &numbers))
                try append.take(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(append.received.bytes == Int64(bytes.count))
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0:
                try await append.discard()
                #expect(append.received.bytes == 0)
            case 1:
                // Killed: the next process finds what was written.
                await file.release()
                uploads = try makeUploads(root, checkpointSize: checkpointSize)
                file = try await uploads.held(id)
                if !isVerified { model.committed += bytes }
            default:
                let offset = try await append.commit()
                model.committed += bytes
                #expect(offset.bytes == Int64(model.committed.count))
                #expect(append.durableOffset == offset)
            }
            #expect(file.offset.bytes == Int64(model.committed.count), "seed \(seed), step \(step)")
            #expect(try remains.bytes() == model.committed, "seed \(seed), step \(step)")
            #expect(try await uploads.progress(of: id)?.offset == file.offset)
        }
        await file.release()
        #expect(try await uploads.digest(of: id).bytes == sha256(model.committed))
    }

    @Test("A long request makes what came durable on the way; a verified one does not")
    func steps() async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root, checkpointSize: ByteCount(bytes: 1000))
        let id = try await uploads.made([])
        let file = try await uploads.held(id)
        let append = try await file.append(verified: false)
        try append.take([UInt8](repeating: 1, count: 999))
        #expect(append.durableOffset.bytes == 0)
        try append.take([1])
        #expect(append.durableOffset.bytes == 1000)
        #expect(file.offset.bytes == 1000)
        #expect(try await uploads.progress(of: id)?.offset.bytes == 1000)
        try append.take([UInt8](repeating: 2, count: 5))
        #expect(append.durableOffset.bytes == 1000)
        // After a power cut the checkpoint of the middle of the request is what is left.
        await file.release()
        try UploadRemains(root: root, id: id).pretendAnotherBoot()
        let again = try await makeUploads(root, checkpointSize: ByteCount(bytes: 1000)).held(id)
        #expect(again.offset.bytes == 1000)
        let verified = try await again.append(verified: true)
        try verified.take([UInt8](repeating: 3, count: 4000))
        #expect(verified.durableOffset.bytes == 1000)
        #expect(try await verified.commit().bytes == 5000)
        await again.release()
    }

    @Test("Discarding takes back also what was made durable on the way, whatever cuts it off afterwards")
    func discardOfALongRequest() async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root, checkpointSize: ByteCount(bytes: 1000))
        let id = try await uploads.made([7, 8, 9])
        let file = try await uploads.held(id)
        let append = try await file.append(verified: false)
        try append.take([UInt8](repeating: 1, count: 3500))
        #expect(file.offset.bytes == 3503)
        try await append.discard()
        #expect(file.offset.bytes == 3)
        await file.release()
        let again = try await makeUploads(root).held(id)
        #expect(again.offset.bytes == 3)
        #expect(try await again.add([10]).bytes == 4)
        await again.release()
        #expect(try await uploads.digest(of: id).bytes == sha256([7, 8, 9, 10]))
    }

    @Test("A4.32: a request without bytes changes nothing")
    func empty() async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root)
        let id = try await uploads.made([1, 2])
        let file = try await uploads.held(id)
        for isVerified in [true, false, true] {
            let append = try await file.append(verified: isVerified)
            try append.take([])
            #expect(try await append.commit().bytes == 2)
        }
        await file.release()
        #expect(try await uploads.digest(of: id).bytes == sha256([1, 2]))
    }
}
