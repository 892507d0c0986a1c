import Foundation
import Glibc

/// The terminal behind standard error, if there is one.
enum Terminal {
    /// Whether lines can be drawn again: a terminal that knows how to move its cursor.
    static func canRedraw(environment: [String: String]) -> Bool {
        isatty(STDERR_FILENO) == 1 && !["", "dumb"].contains(environment["TERM"] ?? "")
    }

    /// Columns and rows as they are now (ioctl_tty(2), TIOCGWINSZ); 80 by 24 when the terminal does not say.
    static var size: (columns: Int, rows: Int) {
        var window = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    static func writeError(_ text: String) {
        // A reader that went away is nobody to tell.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    static func writeOutput(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
}
