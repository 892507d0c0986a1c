import CLibav

/// FFmpeg's libraries in this process.
package enum LibavRuntime {
    /// Loads them: some 20 ms, once per process, before a sandbox closes and before other threads use them.
    /// - Throws: ``LibavFailure`` where they are not installed, or of another version than they were built for.
    package static func start() throws(LibavFailure) {
        var reason: UnsafePointer<CChar>?
        guard clibav_load(&reason) == 0 else {
            throw LibavFailure(operation: "load", text: reason.map { String(cString: $0) } ?? "unknown")
        }
        // They print by the thousand on broken files; what matters comes back as an error.
        clibav().pointee.av_log_set_level(AV_LOG_QUIET)
    }
}
