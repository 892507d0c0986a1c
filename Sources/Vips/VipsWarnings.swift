import CLibvips
import Synchronization

/// What libvips and the libraries under it grumbled about: the first few lines, and how many there were.
///
/// A broken file can produce thousands of warnings, by default on standard error. They are collected here instead, bounded, and
/// the job that caused them takes them along as the cause of its error.
package struct VipsWarnings: Sendable {
    /// At most ``maximumLines`` lines of at most ``maximumLength`` bytes.
    package private(set) var lines: [String] = []
    /// All of them, also those that were not kept.
    package private(set) var count = 0

    /// The most lines that are kept.
    package static let maximumLines = 4
    /// The most bytes that are kept of a line.
    package static let maximumLength = 200

    private static let collected = Mutex(VipsWarnings())

    /// Hands over what was collected since the last call, and starts afresh.
    package static func take() -> VipsWarnings {
        self.collected.withLock { collected in
            let taken = collected
            collected = VipsWarnings()
            return taken
        }
    }

    /// Becomes GLib's default log handler; it runs on libvips' own threads too.
    ///
    /// Source: https://docs.gtk.org/glib/func.log_set_default_handler.html
    static func collect() {
        g_log_set_default_handler({ _, level, message, _ in VipsWarnings.add(level, message) }, nil)
    }

    private static func add(_ level: GLogLevelFlags, _ message: UnsafePointer<CChar>?) {
        let grave = G_LOG_LEVEL_ERROR.rawValue | G_LOG_LEVEL_CRITICAL.rawValue | G_LOG_LEVEL_WARNING.rawValue
        guard level.rawValue & grave != 0 else { return }
        self.collected.withLock { collected in
            collected.count += 1
            guard let message, collected.lines.count < self.maximumLines else { return }
            collected.lines.append(BoundedText.string(message, maximumLength: self.maximumLength))
        }
    }
}
