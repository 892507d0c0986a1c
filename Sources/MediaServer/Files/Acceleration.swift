import HTTPSemantics
import HTTPServing
import HTTPTypes

/// Who sends the bytes of files: the daemon, or the proxy in front of it, which has the tree at hand (`http.acceleration`).
///
/// A proxy that is told the place of a file sends its bytes and ranges of it by itself; whether there is one, what it is and
/// whether the client has it already stays the daemon's business.
package enum Acceleration: Hashable, Sendable {
    /// The daemon.
    case none
    /// nginx: `X-Accel-Redirect` with a URI below `prefix`, which begins and ends with a slash and which the proxy keeps to itself
    /// (`internal`). Percent-encoded, as nginx decodes it.
    case xAccelRedirect(prefix: String)
    /// Apache's mod_xsendfile, lighttpd: `X-Sendfile` with a path below `root`, the absolute path of the storage root.
    /// Percent-encoded, as both decode it.
    case xSendfile(root: String)

    /// What tells a proxy to send a file; empty when the daemon does.
    ///
    /// - Parameters:
    ///   - place: relative to the storage root, e.g. `files/posters/1.jpg`.
    ///   - pace: handed on where there is a field for it, without the bytes in front that are free.
    func fields(place: String, pace: ResponsePace?) -> HTTPFields {
        switch self {
        case .none: return HTTPFields()
        case .xAccelRedirect(let prefix):
            var fields: HTTPFields = [.xAccelRedirect: PercentPath.encode(path: place, under: prefix)]
            if let pace { fields[.xAccelLimitRate] = String(pace.bytesPerSecond) }
            return fields
        case .xSendfile(let root): return [.xSendfile: PercentPath.encode(path: "\(root)/\(place)")]
        }
    }
}

extension HTTPField.Name {
    static let xAccelRedirect = Self.literal("x-accel-redirect")
    static let xAccelLimitRate = Self.literal("x-accel-limit-rate")
    static let xSendfile = Self.literal("x-sendfile")
}
