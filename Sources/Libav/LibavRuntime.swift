import CLibav

/// FFmpeg's libraries in this process.
package enum LibavRuntime {
    private static let failure: LibavFailure? = Self.load()

    /// Loads them; later calls cost nothing. Some 20 ms, so call it before a sandbox closes.
    /// - Throws: ``LibavFailure`` where they are not installed, or of another version than they were built for.
    package static func start() throws(LibavFailure) {
        if let failure = self.failure { throw failure }
    }

    private static func load() -> LibavFailure? {
        var reason: UnsafePointer<CChar>?
        guard clibav_load(&reason) == 0 else {
            return LibavFailure(operation: "load", text: reason.map { String(cString: $0) } ?? "unknown")
        }
        // They print by the thousand on broken files; what matters comes back as an error.
        clibav().pointee.av_log_set_level(AV_LOG_QUIET)
        return nil
    }
}
