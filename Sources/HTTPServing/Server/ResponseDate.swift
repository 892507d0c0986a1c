import Glibc
import HTTPSemantics
import HTTPTypes
import NIOHTTP1

/// What the final responses of the router say of time when they leave.
///
/// `Date` is the second in which the head is written (RFC 9110 section 6.6.1), whatever the layers above made of it: their value may be
/// seconds old. A `Last-Modified` in the future of it is replaced by it (section 8.8.2.1); the layers above go on comparing conditions
/// with the true time, so a client that sends the replaced one back is never told that nothing changed since.
enum ResponseDate {
    /// Seconds since 1970, by the clock that a fast path reads too: no response is older than the one before.
    static var now: Int64 { Int64(time(nil)) }

    /// - Parameter now: seconds since 1970.
    static func stamp(_ fields: inout HTTPFields, now: Int64) {
        let date = HTTPDate.format(now)
        fields[.date] = date
        if let value = fields[.lastModified], self.isFuture(value, now) { fields[.lastModified] = date }
    }

    /// - Parameter now: seconds since 1970.
    static func stamp(_ headers: inout HTTPHeaders, now: Int64) {
        let date = HTTPDate.format(now)
        headers.replaceOrAdd(name: "Date", value: date)
        if let value = headers.first(name: "Last-Modified"), self.isFuture(value, now) {
            headers.replaceOrAdd(name: "Last-Modified", value: date)
        }
    }

    private static func isFuture(_ value: String, _ now: Int64) -> Bool {
        HTTPDate.parse(value, now: now).map { $0 > now } ?? false
    }
}
