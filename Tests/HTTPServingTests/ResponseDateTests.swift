import HTTPTypes
import NIOHTTP1
import Testing

@testable import HTTPServing

@Suite("What responses say of time")
struct ResponseDateTests {
    private static let now: Int64 = 784_111_777
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    @Test(
        "H10: Date is replaced by that of the second in which the head leaves, Last-Modified is never later (D3)",
        arguments: [
            (nil, nil), ("Sun, 06 Nov 1994 08:49:37 GMT", date), ("Sun, 06 Nov 1994 08:49:36 GMT", nil),
            ("Sun, 06 Nov 1994 08:49:38 GMT", date), ("Fri, 31 Dec 9999 23:59:59 GMT", date),
            ("Thu, 01 Jan 1970 00:00:00 GMT", nil), ("no date", nil),
        ] as [(String?, String?)]
    )
    func stamp(modified: String?, replaced: String?) {
        let old = "Sun, 06 Nov 1994 08:49:30 GMT"
        var fields: HTTPFields = [.date: old, .eTag: "\"x\""]
        fields[.lastModified] = modified
        ResponseDate.stamp(&fields, now: Self.now)
        #expect(fields[values: .date] == [Self.date])
        #expect(fields[.lastModified] == replaced ?? modified)

        var headers = HTTPHeaders([("date", old), ("ETag", "\"x\"")])
        if let modified { headers.add(name: "last-modified", value: modified) }
        ResponseDate.stamp(&headers, now: Self.now)
        #expect(headers["Date"] == [Self.date])
        #expect(headers.first(name: "Last-Modified") == replaced ?? modified)
        #expect(headers["ETag"] == ["\"x\""])
    }
}
