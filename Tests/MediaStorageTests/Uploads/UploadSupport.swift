import Glibc
import MediaCore
import MediaStorage
import MediaTesting
import Testing

import struct Crypto.SHA256

/// The uploads of a root, as a process that has just started sees them.
func makeUploads(_ root: TemporaryRoot, checkpointSize: ByteCount = .mebibytes(64)) throws -> DiskUploadStore {
    try makeStore(root).uploadStore(checkpointSize: checkpointSize)
}

extension SeededNumbers {
    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: self.next()) { bytes.append(contentsOf: $0) } }
        return Array(bytes.prefix(count))
    }
}

extension UploadStore {
    /// An upload that nobody holds, held.
    func held(_ id: UploadID) async throws -> any UploadFile { try #require(try await self.acquire(id)) }

    /// A new upload with these bytes, let go of.
    func made(_ bytes: [UInt8]) async throws -> UploadID {
        let id = UploadID()
        try await self.create(id)
        let file = try await self.held(id)
        _ = try await file.add(bytes)
        await file.release()
        return id
    }

    /// The digest of what an upload would be published as.
    func digest(of id: UploadID) async throws -> Digest {
        let file = try await self.held(id)
        let staged = try await file.stage()
        let version = try await staged.synchronize()
        await staged.discard()
        await file.release()
        return version.digest
    }
}

extension UploadFile {
    /// One whole request.
    func add(_ bytes: [UInt8], verified: Bool = false) async throws -> ByteCount {
        let append = try await self.append(verified: verified)
        try append.take(bytes)
        return try await append.commit()
    }
}

extension UploadAppend {
    /// Writes here: the small files of the tests do not keep anybody waiting.
    func take(_ bytes: [UInt8]) throws(MediaError) {
        let outcome = bytes.withUnsafeBytes { buffer -> Result<Void, MediaError> in
            do throws(MediaError) {
                return .success(try self.write(buffer))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }
}

/// The digest by another implementation than the one tested.
func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

/// An upload's files as anybody sees them, to be put into the states that a crash leaves.
struct UploadRemains {
    let root: TemporaryRoot
    let id: UploadID

    private static let slotDistance = 4096
    private static let slotLength = 512
    private static let checkedLength = 480

    var folder: String { "staging/uploads/\(self.id)" }

    func path(_ name: String) -> String { self.root.absolute("\(self.folder)/\(name)") }

    func bytes(_ name: String = "data") throws -> [UInt8] {
        let descriptor = open(self.path(name), O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
        }
    }

    func write(_ bytes: [UInt8], to name: String = "data", at offset: Int) throws {
        let descriptor = open(self.path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
    }

    func cut(_ name: String = "data", to length: Int) throws {
        try #require(truncate(self.path(name), off_t(length)) == 0)
    }

    func slot(_ index: Int) throws -> [UInt8] {
        Array(try self.bytes("checkpoint").dropFirst(index * Self.slotDistance).prefix(Self.slotLength))
    }

    func writeSlot(_ index: Int, _ bytes: [UInt8]) throws {
        try self.write(bytes, to: "checkpoint", at: index * Self.slotDistance)
    }

    /// The slot with the highest number that is whole.
    func newestSlot() throws -> Int {
        let numbers = try (0..<2).map { index in
            let slot = try self.slot(index)
            return Self.isWhole(slot) ? Self.number(slot, at: 8) : 0
        }
        return numbers[1] > numbers[0] ? 1 : 0
    }

    static func isWhole(_ slot: [UInt8]) -> Bool {
        Array(slot.suffix(32)) == sha256(Array(slot.prefix(Self.checkedLength)))
    }

    static func number(_ slot: [UInt8], at index: Int) -> UInt64 {
        slot.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt64.self) }
    }

    /// Changes the newest checkpoint, leaving it whole.
    func changeNewest(_ change: (inout [UInt8]) -> Void) throws {
        let index = try self.newestSlot()
        var slot = try self.slot(index)
        change(&slot)
        slot.replaceSubrange(Self.checkedLength..., with: sha256(Array(slot.prefix(Self.checkedLength))))
        try self.writeSlot(index, slot)
    }

    /// As if it were written before the last start of the kernel.
    func pretendAnotherBoot() throws {
        try self.changeNewest { slot in for index in 32..<48 { slot[index] ^= 0xA5 } }
    }

    /// As if a verified append were under way.
    func pretendVerifying() throws { try self.changeNewest { $0[24] = 1 } }
}
