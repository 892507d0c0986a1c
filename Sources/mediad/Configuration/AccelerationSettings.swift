import MediaServer
import ServiceSupport

/// `http.acceleration` and `http.accelerationPrefix`: whether a proxy sends the bytes of files, and how it is told which.
struct AccelerationSettings: Sendable {
    var method: Method
    /// Of URIs for nginx; begins and ends with a slash.
    var prefix: String

    enum Method: String, CaseIterable, Sendable {
        case none
        case xAccelRedirect = "x-accel-redirect"
        case xSendfile = "x-sendfile"
    }

    init(_ reader: SettingsReader) async throws {
        self.method = try await reader.read(
            .choice(
                "http.acceleration",
                default: .none,
                form: "none, x-accel-redirect (nginx) or x-sendfile (Apache's mod_xsendfile, lighttpd)",
                """
                Whether a proxy of trustedProxies sends the bytes of files and thumbnails itself, from the same disk: \
                it gets a response with that field and without the bytes. Everybody else gets the bytes. \
                deploy/nginx/mediad.conf configures nginx for it.
                """
            )
        )
        self.prefix = try await reader.read(
            .text(
                "http.accelerationPrefix",
                default: "/protected/",
                """
                The path under which nginx keeps the storage root to itself; begins and ends with a slash. \
                X-Sendfile has the absolute path of storage.root instead.
                """
            )
        )
        if !Self.isUsable(prefix: self.prefix) {
            try reader.refuse(
                "http.accelerationPrefix",
                self.prefix,
                "a path that begins and ends with a slash, of letters, digits and -._~, such as /protected/"
            )
        }
    }

    /// - Parameter root: the absolute path of the storage root.
    func value(root: String) -> Acceleration {
        switch self.method {
        case .none: .none
        case .xAccelRedirect: .xAccelRedirect(prefix: self.prefix)
        case .xSendfile: .xSendfile(root: root)
        }
    }

    private static func isUsable(prefix: String) -> Bool {
        let segments = prefix.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count >= 3, segments.first == "", segments.last == "" else { return false }
        return segments.dropFirst().dropLast().allSatisfy { segment in
            !segment.isEmpty && segment != "." && segment != ".."
                && segment.unicodeScalars.allSatisfy { scalar in
                    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                        || "-._~".unicodeScalars.contains(scalar)
                }
        }
    }
}
