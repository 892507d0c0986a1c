import HTTPTypes
import Hummingbird
import NIOCore
import Postgres

/// A record as clients get it, with what decides who may see it.
package struct StoredRecord: Hashable, Sendable {
    package var id: RecordID
    /// Whose it is.
    package var accountID: RecordID
    package var version: Int64
    /// JSON.
    package var json: String

    /// Reads the columns `id`, `account_id`, `version` and `json`.
    init(row: PostgresRow) throws {
        self.id = try row.decode("id")
        self.accountID = try row.decode("account_id")
        self.version = try row.decode("version")
        self.json = try row.decode("json")
    }
}

/// Responses whose JSON is there already.
enum StoredJSON {
    static func response(_ json: String, status: HTTPResponse.Status = .ok) -> Response {
        let headers: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        ]
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
    }

    /// `[a,b]`
    static func array(_ values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }
}
