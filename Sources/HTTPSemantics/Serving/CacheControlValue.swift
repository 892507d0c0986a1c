/// Values of Cache-Control for what is served (RFC 9111 5.2.2).
///
/// `max-age` always comes first: Chromium's media cache reads only values that begin with it. And there always is one:
/// without it caches guess a lifetime from the age of the file (RFC 9111 4.2.2).
package enum CacheControlValue {
    /// An address that names one version of a file: its bytes never change (RFC 8246).
    package static let immutable = "max-age=31536000, public, immutable"

    /// An address of a file that may be replaced, and must be asked about every time.
    package static let revalidated = "max-age=0, must-revalidate, public"

    /// An address of a file that may be replaced, with as long as that may go unnoticed.
    ///
    /// - Parameter maximumAge: fractions of a second are cut off; less than a second means ``revalidated``; at most 2^31
    ///   seconds, which is what every cache can count (RFC 9111 1.2.2).
    package static func maximumAge(_ maximumAge: Duration) -> String {
        let seconds = min(maximumAge.components.seconds, 2_147_483_648)
        return seconds > 0 ? "max-age=\(seconds), public" : revalidated
    }
}
