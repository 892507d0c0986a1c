import Glibc
import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("Concatenation")
struct UploadConcatenationTests {
    private let root: TemporaryRoot
    private let uploads: DiskUploadStore

    init() throws {
        self.root = try TemporaryRoot()
        self.uploads = try makeUploads(self.root)
    }

    /// Concatenates and looks whether the result is right, also for the next process.
    private func expectConcatenation(of parts: [UploadID], is bytes: [UInt8]) async throws {
        let id = try await self.uploads.made([])
        let file = try await self.uploads.held(id)
        try await file.concatenate(parts)
        #expect(file.offset.bytes == Int64(bytes.count))
        await file.release()
        #expect(try UploadRemains(root: self.root, id: id).bytes() == bytes)
        let next = try makeUploads(self.root)
        #expect(try await next.progress(of: id)?.offset.bytes == Int64(bytes.count))
        #expect(try await next.digest(of: id).bytes == sha256(bytes))
    }

    @Test("A10.63, A10.64: the parts in their order, one of them twice, empty ones too, of odd lengths")
    func order() async throws {
        var numbers = SeededNumbers(test: 21)
        let contents = [numbers.bytes(70_001), [], numbers.bytes(4096), numbers.bytes(1)]
        var parts: [UploadID] = []
        for content in contents { parts.append(try await self.uploads.made(content)) }
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [0, 0], [1, 0, 2, 0], [1], [1, 1], [2], []] {
            try await self.expectConcatenation(of: order.map { parts[$0] }, is: order.flatMap { contents[$0] })
        }
        for (part, content) in zip(parts, contents) {
            #expect(try UploadRemains(root: self.root, id: part).bytes() == content)
        }
    }

    @Test("Parts longer than what is copied at a time")
    func long() async throws {
        var numbers = SeededNumbers(test: 22)
        let block = numbers.bytes(1 << 20)
        let content = (0..<65).flatMap { index in [UInt8(index)] + block }
        let part = try await self.uploads.made(content)
        try await self.expectConcatenation(of: [part, part], is: content + content)
    }

    @Test("A10.65: a part that is gone, or still receiving, is refused; nothing counts, and it can be tried again")
    func unusable() async throws {
        let good = try await self.uploads.made([1, 2, 3])
        let gone = UploadID()
        let receiving = try await self.uploads.made([4])
        let holder = try await self.uploads.held(receiving)
        let append = try await holder.append(verified: false)
        try append.take([5])
        let id = try await self.uploads.made([])
        let file = try await self.uploads.held(id)
        #expect(await code { () async throws(MediaError) in try await file.concatenate([good, gone]) } == .notFound)
        #expect(file.offset.bytes == 0)
        #expect(
            await code { () async throws(MediaError) in try await file.concatenate([good, receiving]) } == .unusablePart
        )
        #expect(file.offset.bytes == 0)
        #expect(try UploadRemains(root: self.root, id: id).bytes() == [])
        _ = try await append.commit()
        // Parts are read while somebody holds them.
        try await file.concatenate([good, receiving])
        #expect(file.offset.bytes == 5)
        await holder.release()
        await file.release()
        #expect(try await self.uploads.digest(of: id).bytes == sha256([1, 2, 3, 4, 5]))
    }

    @Test("Cut off by a kill, nothing of it counts, and it begins anew")
    func killed() async throws {
        let part = try await self.uploads.made([1, 2, 3])
        let id = try await self.uploads.made([])
        let file = try await self.uploads.held(id)
        try await file.concatenate([part])
        await file.release()
        let remains = UploadRemains(root: self.root, id: id)
        // What the disk holds before the last checkpoint: the flag, offset 0, and bytes.
        let fresh = UploadRemains(root: self.root, id: try await self.uploads.made([]))
        let started = try await self.uploads.held(fresh.id)
        _ = try await started.append(verified: true)
        await started.release()
        for index in 0..<2 { try remains.writeSlot(index, try fresh.slot(index)) }
        let next = try makeUploads(self.root)
        let again = try await next.held(id)
        #expect(again.offset.bytes == 0)
        #expect(try remains.bytes() == [])
        try await again.concatenate([part, part])
        #expect(again.offset.bytes == 6)
        await again.release()
        #expect(try await next.digest(of: id).bytes == sha256([1, 2, 3, 1, 2, 3]))
    }

    @Test("It ends early when its task is cancelled, and nothing counts")
    func cancelled() async throws {
        let part = try await self.uploads.made([1, 2, 3])
        let id = try await self.uploads.made([])
        let file = try await self.uploads.held(id)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await #expect(throws: MediaError.self) { try await file.concatenate([part]) }
        }
        task.cancel()
        let error = await task.value
        #expect(error?.code == .uploadInterrupted)
        #expect(error?.cause is CancellationError)
        #expect(file.offset.bytes == 0)
        try await file.concatenate([part])
        #expect(file.offset.bytes == 3)
        await file.release()
    }

    @Test("A10.69: the parts may be removed afterwards")
    func partsRemoved() async throws {
        let part = try await self.uploads.made([1, 2, 3])
        let id = try await self.uploads.made([])
        let file = try await self.uploads.held(id)
        try await file.concatenate([part, part])
        await file.release()
        #expect(try await self.uploads.remove(part)?.bytes == 3)
        #expect(try await self.uploads.digest(of: id).bytes == sha256([1, 2, 3, 1, 2, 3]))
    }
}
