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
    /// Fractions of a second are cut off; at most 2^31 seconds count, which is what every cache can count (RFC 9111 1.2.2). Where
    /// nothing may go unnoticed the value is ``revalidated``, whose `must-revalidate` would forbid what RFC 5861 allows.
    ///
    /// - Parameters:
    ///   - maximumAge: how long nobody has to ask.
    ///   - staleWhileRevalidate: how long after that a cache may answer with what it has while it asks (RFC 5861 3).
    ///   - staleIfError: how long after that a cache may answer with what it has when the answer is an error (RFC 5861 4).
    package static func maximumAge(
        _ maximumAge: Duration,
        staleWhileRevalidate: Duration = .zero,
        staleIfError: Duration = .zero
    ) -> String {
        let (age, revalidating, failing) = (
            self.seconds(maximumAge), self.seconds(staleWhileRevalidate), self.seconds(staleIfError)
        )
        guard age > 0 || revalidating > 0 || failing > 0 else { return self.revalidated }
        return "max-age=\(age), public"
            + (revalidating > 0 ? ", stale-while-revalidate=\(revalidating)" : "")
            + (failing > 0 ? ", stale-if-error=\(failing)" : "")
    }

    /// An address whose response is for one client: no cache that several use may keep it (RFC 9111 5.2.2.7), and nobody may show it
    /// after its time (5.2.2.2).
    ///
    /// - Parameter seconds: how long that client need not ask again; less than 0 is 0.
    package static func privately(seconds: Int64) -> String {
        "max-age=\(max(0, min(seconds, 2_147_483_648))), must-revalidate, private"
    }

    /// How long nobody has to ask, as ``immutable`` says it.
    package static let immutableSeconds: Int64 = 31_536_000

    private static func seconds(_ time: Duration) -> Int64 { max(0, min(time.components.seconds, 2_147_483_648)) }
}
