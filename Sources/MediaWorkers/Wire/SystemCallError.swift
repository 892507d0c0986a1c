import Glibc

/// A system call that failed: its name and its errno.
struct SystemCallError: Error, Sendable, Hashable, CustomStringConvertible {
    var call: String
    var number: Int32

    init(call: String, number: Int32) {
        self.call = call
        self.number = number
    }

    /// For the call that has just failed; reads `errno`.
    static func last(_ call: String) -> SystemCallError { SystemCallError(call: call, number: errno) }

    var description: String {
        let reason = strerror(self.number).map { String(cString: $0) } ?? "error"
        return "\(self.call): \(reason) (errno \(self.number))"
    }
}
