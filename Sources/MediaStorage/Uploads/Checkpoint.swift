import MediaCore

/// How much of an upload counts, as it is kept on disk: 512 bytes with their own check value.
///
///       0  8  mark
///       8  8  sequence number
///      16  8  offset: bytes that count
///      24  8  1 when a verified append is under way
///      32 16  boot id of the kernel that it was written under
///      48     state of the SHA-256 of the first `offset` bytes
///     480 32  SHA-256 of the 480 bytes before
///
/// Numbers are in the machine's byte order; on another machine the mark does not read the same.
struct Checkpoint: Sendable {
    /// Raised with each one; the highest counts.
    var sequence: UInt64
    var position: Position

    /// What a checkpoint says.
    struct Position: Sendable {
        var offset: ByteCount
        /// Of the first `offset` bytes.
        var hasher: ContentHasher
        /// What lies beyond `offset` counts only once it has been verified: whoever finds it drops it.
        var isVerifying: Bool
        var boot: BootIdentity

        /// An upload without bytes.
        static func start(boot: BootIdentity) -> Position {
            Position(offset: ByteCount(bytes: 0), hasher: ContentHasher(), isVerifying: false, boot: boot)
        }
    }

    static let lengthBytes = 512
    /// "mediadU1"
    private static let mark: UInt64 = 0x3155_6461_6964_656D
    private static let checkedLengthBytes = 480

    init(sequence: UInt64, position: Position) {
        self.sequence = sequence
        self.position = position
    }

    /// - Returns: nil when the bytes are not those of a whole checkpoint.
    init?(_ bytes: [UInt8]) throws(MediaError) {
        guard bytes.count == Self.lengthBytes, Self.number(bytes, at: 0) == Self.mark,
            try Self.checkValue(bytes) == Array(bytes[Self.checkedLengthBytes...]),
            let offset = Int64(exactly: Self.number(bytes, at: 16)), offset >= 0,
            let boot = BootIdentity(bytes: Array(bytes[32..<48])),
            let hasher = ContentHasher(
                state: Array(bytes[48..<48 + ContentHasher.stateLengthBytes]),
                after: ByteCount(bytes: offset)
            )
        else { return nil }
        self.sequence = Self.number(bytes, at: 8)
        self.position = Position(
            offset: ByteCount(bytes: offset),
            hasher: hasher,
            isVerifying: Self.number(bytes, at: 24) != 0,
            boot: boot
        )
    }

    func encoded() throws(MediaError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.lengthBytes)
        for number in [
            Self.mark, self.sequence, UInt64(self.position.offset.bytes), self.position.isVerifying ? 1 : 0,
        ] {
            withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
        }
        bytes += self.position.boot.bytes
        bytes += self.position.hasher.state
        bytes += [UInt8](repeating: 0, count: Self.checkedLengthBytes - bytes.count)
        bytes += try Self.checkValue(bytes)
        return bytes
    }

    private static func checkValue(_ bytes: [UInt8]) throws(MediaError) -> [UInt8] {
        var hasher = ContentHasher()
        bytes.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<Self.checkedLengthBytes])) }
        return try hasher.finalize().bytes
    }

    private static func number(_ bytes: [UInt8], at index: Int) -> UInt64 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt64.self) }
    }
}
