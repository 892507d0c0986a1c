import MediaServer

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
        self.method = try await reader.choice("http.acceleration", default: .none)
        self.prefix = try await reader.string("http.accelerationPrefix", default: "/protected/")
        guard Self.isUsable(prefix: self.prefix) else {
            throw SettingsReader.invalid(
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
