import Glibc
import MediaCore
import MediaStorage
import MediaTesting
import Testing

/// Each state that a crash can leave, made by hand, and taken by a process that has just started.
@Suite("Uploads after a crash")
struct UploadRecoveryTests {
    private let root: TemporaryRoot
    private let remains: UploadRemains
    private let committed: [UInt8]

    /// An upload of which two requests were acknowledged, so that both slots are in use.
    init() async throws {
        self.root = try TemporaryRoot()
        var numbers = SeededNumbers(test: 11)
        let (first, second) = (numbers.bytes(5000), numbers.bytes(77))
        let uploads = try makeUploads(self.root)
        let id = UploadID()
        try await uploads.create(id)
        let file = try await uploads.held(id)
        #expect(try await file.add(first).bytes == 5000)
        #expect(try await file.add(second).bytes == 5077)
        await file.release()
        self.committed = first + second
        self.remains = UploadRemains(root: self.root, id: id)
    }

    private var id: UploadID { self.remains.id }
    private let tail = Array("bytes that were written, not acknowledged".utf8)

    /// Takes the upload as a new process would, goes on with it, and looks whether all bytes are right in the end.
    private func expectRecovery(to bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let uploads = try makeUploads(self.root)
        let file = try await uploads.held(self.id)
        #expect(file.offset.bytes == Int64(bytes.count), sourceLocation: sourceLocation)
        #expect(try self.remains.bytes() == bytes, sourceLocation: sourceLocation)
        #expect(try await uploads.progress(of: self.id)?.offset == file.offset, sourceLocation: sourceLocation)
        let more = Array("and the rest".utf8)
        #expect(try await file.add(more).bytes == Int64(bytes.count + more.count), sourceLocation: sourceLocation)
        await file.release()
        let digest = try await makeUploads(self.root).digest(of: self.id)
        #expect(digest.bytes == sha256(bytes + more), sourceLocation: sourceLocation)
        #expect(try self.remains.bytes() == bytes + more, sourceLocation: sourceLocation)
    }

    @Test("A3.20: what was acknowledged is there")
    func nothingHappened() async throws {
        try await self.expectRecovery(to: self.committed)
    }

    @Test("The hash goes on from the checkpoint; only the tail beyond it is read")
    func notReadAgain() async throws {
        // Bytes that are changed behind its back show what is read: the digest stays that of what came.
        try self.remains.write([self.committed[0] ^ 1], at: 0)
        try self.remains.write(self.tail, at: self.committed.count)
        let digest = try await makeUploads(self.root).digest(of: self.id)
        #expect(digest.bytes == sha256(self.committed + self.tail))
    }

    @Test("A4.28: killed on the same boot, all that was written counts")
    func tailOfThisBoot() async throws {
        try self.remains.write(self.tail, at: self.committed.count)
        try await self.expectRecovery(to: self.committed + self.tail)
    }

    @Test("A long tail is hashed in stretches")
    func longTail() async throws {
        var numbers = SeededNumbers(test: 12)
        let block = numbers.bytes(1 << 20)
        for index in 0..<66 { try self.remains.write(block, at: self.committed.count + index << 20) }
        let file = try await makeUploads(self.root).held(self.id)
        #expect(file.offset.bytes == Int64(self.committed.count + 66 << 20))
        await file.release()
        let whole = try self.remains.bytes()
        #expect(try await makeUploads(self.root).digest(of: self.id).bytes == sha256(whole))
    }

    @Test("A3.20: after another start of the kernel only the checkpoint counts")
    func tailOfAnotherBoot() async throws {
        try self.remains.write(self.tail, at: self.committed.count)
        try self.remains.pretendAnotherBoot()
        try await self.expectRecovery(to: self.committed)
    }

    @Test("After another start of the kernel, what a process then writes counts when it is killed")
    func tailAfterAnotherBoot() async throws {
        try self.remains.pretendAnotherBoot()
        let file = try await makeUploads(self.root).held(self.id)
        let append = try await file.append(verified: false)
        try append.take(self.tail)
        await file.release()
        try await self.expectRecovery(to: self.committed + self.tail)
    }

    @Test("A7.53: bytes that were to be verified do not count after a kill")
    func tailOfVerified() async throws {
        try self.remains.pretendVerifying()
        try self.remains.write(self.tail, at: self.committed.count)
        try await self.expectRecovery(to: self.committed)
    }

    @Test("A7.53: cut off in a verified append, its bytes are dropped; those of a later plain one count")
    func verifiedThenPlain() async throws {
        let first = try await makeUploads(self.root).held(self.id)
        try await first.append(verified: true).take(self.tail)
        await first.release()
        let second = try await makeUploads(self.root).held(self.id)
        #expect(second.offset.bytes == Int64(self.committed.count))
        #expect(try self.remains.bytes() == self.committed)
        try await second.append(verified: false).take(self.tail)
        await second.release()
        try await self.expectRecovery(to: self.committed + self.tail)
    }

    @Test(
        "A torn checkpoint leaves the one before, and the tail counts from there",
        arguments: [0, 8, 16, 100, 479, 480, 511]
    )
    func tornNewest(_ index: Int) async throws {
        let newest = try self.remains.newestSlot()
        var slot = try self.remains.slot(newest)
        slot[index] ^= 1
        try self.remains.writeSlot(newest, slot)
        try await self.expectRecovery(to: self.committed)
    }

    @Test("A torn checkpoint of another boot leaves the offset before it", arguments: [256, 300])
    func tornNewestOfAnotherBoot(_ length: Int) async throws {
        let newest = try self.remains.newestSlot()
        let torn = Array(try self.remains.slot(newest).prefix(length)) + [UInt8](repeating: 0, count: 512 - length)
        try self.remains.writeSlot(newest, torn)
        try self.remains.pretendAnotherBoot()
        try await self.expectRecovery(to: Array(self.committed.prefix(5000)))
    }

    @Test("A torn older slot does not matter")
    func tornOlder() async throws {
        try self.remains.writeSlot(1 - self.remains.newestSlot(), [UInt8](repeating: 0xEE, count: 512))
        try await self.expectRecovery(to: self.committed)
    }

    @Test("The slot that says what was acknowledged is not overwritten by one that may be lost")
    func acknowledgedSlotStays() async throws {
        let acknowledged = try self.remains.slot(self.remains.newestSlot())
        let file = try await makeUploads(self.root).held(self.id)
        // Each of these writes that an append begins, without waiting for the disk.
        for _ in 0..<3 {
            let append = try await file.append(verified: true)
            try append.take([1])
            try await append.discard()
            _ = try await file.append(verified: false)
        }
        let slots = try (0..<2).map { try self.remains.slot($0) }
        #expect(slots.contains(acknowledged))
        await file.release()
    }

    @Test("Without a checkpoint that can be read there is no upload; its remains can be removed")
    func bothSlotsBad() async throws {
        for index in 0..<2 { try self.remains.writeSlot(index, [UInt8](repeating: 0, count: 512)) }
        try await self.expectRemainsOnly(freeing: 5077)
    }

    @Test("Missing files are no upload; the remains can be removed", arguments: ["data", "checkpoint"])
    func missing(_ name: String) async throws {
        try self.root.remove("\(self.remains.folder)/\(name)")
        try await self.expectRemainsOnly(freeing: name == "data" ? 0 : 5077)
    }

    @Test("A creation that was cut off is no upload; the remains can be removed", arguments: [0, 1, 511, 4096])
    func cutCreation(_ length: Int) async throws {
        try self.remains.cut(to: 0)
        try self.remains.cut("checkpoint", to: 0)
        try self.remains.write([UInt8](repeating: 0, count: length), to: "checkpoint", at: 0)
        try await self.expectRemainsOnly(freeing: 0)
    }

    private func expectRemainsOnly(freeing bytes: Int64) async throws {
        let uploads = try makeUploads(self.root)
        #expect(await code { () async throws(MediaError) in _ = try await uploads.acquire(self.id) } == .notFound)
        #expect(try await uploads.progress(of: self.id) == nil)
        #expect(try await uploads.uploads().keys.sorted { $0.text < $1.text } == [self.id])
        #expect(try await uploads.remove(self.id)?.bytes == bytes)
        #expect(try await uploads.uploads().isEmpty)
        #expect(try await uploads.remove(self.id)?.bytes == 0)
        #expect(self.root.kind(self.remains.folder) == nil)
    }

    @Test("B12: data shorter than what was acknowledged are a failure of the storage, not a smaller offset")
    func lostData() async throws {
        try self.remains.cut(to: 5076)
        let uploads = try makeUploads(self.root)
        for _ in 0..<2 {
            let found = await code { () async throws(MediaError) in _ = try await uploads.acquire(self.id) }
            #expect(found == .storageUnavailable)
        }
        #expect(try await uploads.remove(self.id)?.bytes == 5076)
    }
}
