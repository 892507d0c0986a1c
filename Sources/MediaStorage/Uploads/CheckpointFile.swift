import CLinux
import Glibc
import MediaCore
import Synchronization

/// An upload's `checkpoint` file: two slots, of which one always holds what was last acknowledged.
///
/// A slot is only overwritten while the other one is durable and says what was acknowledged to the client. So neither a torn write nor
/// one that never reached the disk takes an acknowledged byte back. The slots lie 4096 bytes apart, because that is what a disk
/// writes, and tears, at a time.
///
/// Written by the holder of the upload alone, on the I/O threads; the lock is there because others look, and is not held during
/// a system call.
final class CheckpointFile: Sendable {
    static let name = "checkpoint"
    private static let slotDistance: Int64 = 4096

    private let descriptor: Descriptor
    private let state: Mutex<State>

    private struct State {
        var newest: Checkpoint
        /// The slot that must not be written.
        var durableSlot: Int
        var isNewestDurable = true
        /// A write failed, so that the other slot may hold what was never acknowledged.
        var isUncertain = false
    }

    private init(_ descriptor: Descriptor, _ state: State) {
        self.descriptor = descriptor
        self.state = Mutex(state)
    }

    /// Makes the file of a new upload; synchronising it is left to the caller.
    static func create(in folder: Descriptor, boot: BootIdentity) throws(MediaError) -> Descriptor {
        let descriptor = try folder.open(beneath: Self.name, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        // Both slots get their blocks now: a disk that fills up must not hinder a checkpoint later.
        let first = try Checkpoint(sequence: 1, position: .start(boot: boot)).encoded()
        let bytes = first + [UInt8](repeating: 0, count: Int(2 * Self.slotDistance) - first.count)
        try descriptor.write(bytes, at: 0)
        return descriptor
    }

    /// Opens the file and makes what it says durable, so that it may be acknowledged.
    /// - Parameter durable: number of a checkpoint that is known to be durable.
    /// - Returns: nil when no slot can be read.
    static func open(in folder: Descriptor, durable: UInt64?) throws(MediaError) -> CheckpointFile? {
        let descriptor = try folder.open(beneath: Self.name, flags: O_RDWR | O_NONBLOCK)
        guard let (newest, slot) = try Self.newest(in: descriptor) else { return nil }
        // Whoever wrote it may have been killed before it was on the disk.
        if newest.sequence != durable { try descriptor.synchronizeData() }
        return CheckpointFile(descriptor, State(newest: newest, durableSlot: slot))
    }

    /// What the file says now, read without holding the upload; nil when no slot can be read.
    static func peek(in folder: Descriptor) throws(MediaError) -> Checkpoint? {
        let descriptor = try folder.open(beneath: Self.name, flags: O_RDONLY | O_NONBLOCK)
        return try Self.newest(in: descriptor)?.checkpoint
    }

    /// What counts now.
    var position: Checkpoint.Position { self.state.withLock { $0.newest.position } }

    /// The number of the newest checkpoint, if it is durable.
    var durableSequence: UInt64? {
        self.state.withLock { $0.isNewestDurable && !$0.isUncertain ? $0.newest.sequence : nil }
    }

    /// True after a failed write: before bytes come that it could be wrong about, one has to succeed.
    var isUncertain: Bool { self.state.withLock { $0.isUncertain } }

    /// Writes the next checkpoint.
    /// - Parameter durably: false when it only has to outlive the process; it then never stands in the way of what was
    ///   acknowledged.
    func write(_ position: Checkpoint.Position, durably: Bool) throws(MediaError) {
        let (sequence, slot) = self.state.withLock { state in
            state.isUncertain = true
            // Numbers that failed are not used again.
            state.newest.sequence += 1
            return (state.newest.sequence, 1 - state.durableSlot)
        }
        let next = Checkpoint(sequence: sequence, position: position)
        let bytes = try next.encoded()
        let offset = Int64(slot) * Self.slotDistance
        if durably {
            let count = try SystemCall.check("write") {
                Int32(clinux_write_durably(self.descriptor.raw, bytes, bytes.count, off_t(offset)))
            }
            guard count == bytes.count else { throw SystemCall.error("write", EIO) }
        } else {
            try self.descriptor.write(bytes, at: offset)
        }
        self.state.withLock { state in
            state.newest = next
            state.isUncertain = false
            state.isNewestDurable = durably
            if durably { state.durableSlot = slot }
        }
    }

    private static func newest(in file: Descriptor) throws(MediaError) -> (checkpoint: Checkpoint, slot: Int)? {
        var best: (checkpoint: Checkpoint, slot: Int)?
        for slot in 0..<2 {
            // A slot that is being written can look torn to who reads it without holding the upload.
            for _ in 0..<3 {
                var bytes = [UInt8](repeating: 0, count: Checkpoint.lengthBytes)
                guard try file.read(into: &bytes, at: Int64(slot) * Self.slotDistance) == bytes.count,
                    let found = try Checkpoint(bytes)
                else { continue }
                if found.sequence > best?.checkpoint.sequence ?? 0 { best = (found, slot) }
                break
            }
        }
        return best
    }
}
