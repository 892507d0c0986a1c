import CLibmagic
import MediaCore

/// libmagic's database and its session: one per thread, which is one per worker process.
///
/// Source: libmagic(3).
final class MagicDatabase {
    private let cookie: magic_t

    /// Loads the system's compiled database.
    /// - Throws: `internal_error` when it is missing.
    init() throws(MediaError) {
        // Nothing that decompresses, and none of the guesses that only tell text from text.
        let flags = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_TOKENS
        guard let cookie = magic_open(flags) else {
            throw MediaError(.internalError, "The file type library could not be started.")
        }
        guard magic_load(cookie, nil) == 0 else {
            let reason = magic_error(cookie).map { String(cString: $0) } ?? "no reason given"
            magic_close(cookie)
            throw MediaError(.internalError, "The file type database could not be loaded: \(reason).")
        }
        self.cookie = cookie
    }

    deinit { magic_close(self.cookie) }

    /// The media type that libmagic gives these bytes, lower case; nil where it has no answer.
    ///
    /// Takes up to 0.2 ms for media; new lines cost more the more there are (2 KiB of them 16 ms, 8 KiB 206 ms), so
    /// it gets ``shortPrefixBytes`` only where more would not help.
    func essence(of prefix: [UInt8]) -> String? {
        let count = Self.needsLongPrefix(prefix) ? prefix.count : min(prefix.count, Self.shortPrefixBytes)
        let answer = prefix.withUnsafeBytes { magic_buffer(self.cookie, $0.baseAddress, count) }
        guard let answer else { return nil }
        // The string lives in the cookie until the next call: copied here.
        let text = String(cString: answer).lowercased()
        return text.contains("/") ? text : nil
    }

    /// What is worth reading of a file: old Office documents are told apart this far in.
    static let prefixBytes = 64 << 10
    /// What libmagic gets of anything else.
    static let shortPrefixBytes = 2 << 10
    /// What the second opinion on markup gets.
    static let textPrefixBytes = 8 << 10

    /// True for the compound file and zip signatures, whose telling parts may lie far behind.
    private static func needsLongPrefix(_ prefix: [UInt8]) -> Bool {
        prefix.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) || prefix.starts(with: [0x50, 0x4B, 3, 4])
    }
}
