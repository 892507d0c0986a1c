import Glibc
import NIOCore
import SystemPackage

/// A listener could not begin: the address is in use, or not of this machine.
package struct ListenError: Error, Hashable, CustomStringConvertible {
    /// Names the setting and the address, and says what is wrong with it, for people.
    package let message: String

    /// The same as the message.
    package var description: String { self.message }

    /// - Parameters:
    ///   - error: what listening failed with.
    ///   - section: of the configuration: `http`, `tls`.
    /// - Returns: nil for an error of another kind.
    init?(_ error: any Error, section: String, hostname: String, port: Int) {
        let address = "\(hostname.contains(":") ? "[\(hostname)]" : hostname):\(port)"
        let advice: String
        switch error {
        case let error as IOError:
            advice =
                switch error.errnoCode {
                case EADDRINUSE:
                    "Another program listens there. Stop it, or choose another port (\(section).port)."
                case EACCES, EPERM:
                    "The daemon's user may not use this port. Choose one from 1024 on (\(section).port), or give it the right."
                case EADDRNOTAVAIL:
                    "This machine does not have this address (\(section).hostname)."
                default: "\(Errno(rawValue: error.errnoCode)) (\(section).hostname, \(section).port)."
                }
        case is SocketAddressError, is SocketAddressError.UnknownHost:
            advice = "The name cannot be resolved (\(section).hostname)."
        default: return nil
        }
        self.message = "The server cannot listen on \(address). \(advice)"
    }
}
