import MediaCore

/// Collects the small pieces that a socket gives into writes of a sensible size. One task uses it.
final class BodyStager {
    /// Pieces are kept back until there are so many bytes: fewer turns on the I/O threads, constant memory.
    private static let writeLengthBytes = 256 << 10

    let file: any StagedFile
    private var pending: [UInt8] = []

    init(_ file: any StagedFile) {
        self.file = file
        self.pending.reserveCapacity(Self.writeLengthBytes)
    }

    /// Bytes taken so far, whether written or kept back.
    var size: ByteCount {
        get async { ByteCount(bytes: await self.file.size.bytes + Int64(self.pending.count)) }
    }

    func write(_ bytes: some Collection<UInt8>) async throws(MediaError) {
        self.pending.append(contentsOf: bytes)
        if self.pending.count >= Self.writeLengthBytes { try await self.flush() }
    }

    func flush() async throws(MediaError) {
        guard !self.pending.isEmpty else { return }
        try await self.file.append(self.pending)
        self.pending.removeAll(keepingCapacity: true)
    }
}
