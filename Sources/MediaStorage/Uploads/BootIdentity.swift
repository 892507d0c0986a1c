import CLinux
import Glibc
import MediaCore

/// Which run of the kernel this is (proc_sys_kernel(5), `random/boot_id`).
///
/// Bytes that a killed process wrote are still in the page cache as long as the same kernel runs.
struct BootIdentity: Hashable, Sendable {
    /// 16 bytes.
    let bytes: [UInt8]

    /// Takes exactly 16 bytes; nil otherwise.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// This run.
    static func current() throws(MediaError) -> BootIdentity {
        let file = try Descriptor(
            checking: clinux_openat(AT_FDCWD, "/proc/sys/kernel/random/boot_id", O_RDONLY, 0),
            "open boot_id"
        )
        var text = [UInt8](repeating: 0, count: 36)
        guard try file.read(into: &text, at: 0) == text.count,
            let id = MediaID(String(decoding: text, as: UTF8.self)), let identity = BootIdentity(bytes: id.bytes)
        else { throw MediaError(.storageUnavailable, "The kernel does not tell its boot id; is /proc mounted?") }
        return identity
    }
}
