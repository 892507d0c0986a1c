import Access
import Crypto
import Foundation
import Glibc
import MediaCore
import Primitives
import Synchronization

/// Keys without a database.
final class KeysInMemory: KeyCatalog {
    private let records = Mutex<[KeyID: KeyRecord]>([:])

    func insert(_ key: KeyRecord) async { self.records.withLock { $0[key.id] = key } }
    func key(_ id: KeyID) async -> KeyRecord? { self.records.withLock { $0[id] } }
    func keys() async -> [KeyRecord] { self.records.withLock { Array($0.values) } }
    func hasValidKey(at time: Timestamp) async -> Bool { self.records.withLock { !$0.isEmpty } }

    func revoke(_ id: KeyID, at time: Timestamp) async -> Bool {
        self.records.withLock { records in
            records[id]?.revokedAt = time
            return records[id] != nil
        }
    }
}

/// Tokens as an authority makes them.
enum HS256 {
    static func token(_ claims: String, secret: String) -> String {
        let signed = "\(Self.encoded(Data(#"{"alg":"HS256"}"#.utf8))).\(Self.encoded(Data(claims.utf8)))"
        let key = SymmetricKey(data: Data(secret.utf8))
        return "\(signed).\(Self.encoded(Data(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key))))"
    }

    private static func encoded(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// The clock that responses are dated by.
enum DateOfTheMachine {
    static var seconds: Int64 { Int64(time(nil)) }
}
