import Crypto
import Foundation
import Primitives
import Testing

@testable import Credentials

@Suite("Credentials: signed addresses")
struct AddressSignerTests {
    private static let now = Timestamp(seconds: 1_800_000_000, nanoseconds: 0)
    private static let later = Timestamp(seconds: 1_800_003_600, nanoseconds: 0)

    @Test("are made as the documentation says")
    func recipe() throws {
        let address = try #require(
            AddressSigner(secrets: ["secret"]).sign("/files/documents/1.pdf", until: Self.later)
        )
        let message = "read\n/files/documents/1.pdf?expires=1800003600"
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(message.utf8),
            using: SymmetricKey(data: Data("secret".utf8))
        )
        let digits = code.map { String(format: "%02x", $0) }.joined()
        #expect(address == "/files/documents/1.pdf?expires=1800003600&signature=\(digits)")
    }

    @Test("are good until they expire, with any of the keys", arguments: ["/files/a/1.jpg", "/files/a/1.jpg?width=3"])
    func verdicts(address: String) throws {
        let signed = try #require(AddressSigner(secrets: ["old"]).sign(address, until: Self.later))
        let signer = AddressSigner(secrets: ["new", "old"])
        #expect(signer.verdict(on: signed, at: Self.now) == .valid(until: Self.later))
        #expect(signer.verdict(on: signed, at: Self.later) == .valid(until: Self.later))
        #expect(signer.verdict(on: signed, at: Timestamp(seconds: 1_800_003_601, nanoseconds: 0)) == .expired)
        #expect(AddressSigner(secrets: ["new"]).verdict(on: signed, at: Self.now) == .forged)
        #expect(AddressSigner(secrets: []).verdict(on: signed, at: Self.now) == .forged)
        #expect(signer.verdict(on: address, at: Self.now) == .unsigned)
    }

    @Test("with any byte changed, added or left out are forged")
    func changed() throws {
        let signer = AddressSigner(secrets: ["secret"])
        let signed = Array(try #require(signer.sign("/files/a/1.jpg?w=3", until: Self.later)).utf8)
        for index in signed.indices {
            for replacement: [UInt8] in [[], [signed[index] ^ 1], [signed[index], signed[index]]] {
                var bytes = signed
                bytes.replaceSubrange(index...index, with: replacement)
                let verdict = signer.verdict(on: String(decoding: bytes, as: UTF8.self), at: Self.now)
                #expect(verdict == .forged || verdict == .unsigned, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
        let text = String(decoding: signed, as: UTF8.self)
        for other in [
            text + "&w=9", text + "&", text + "&expires=1900000000",
            text.replacing("&signature", with: "&x=1&signature"),
        ] {
            #expect(signer.verdict(on: other, at: Self.now) == .forged, "\(other)")
        }
    }

    @Test("are not signed twice")
    func once() {
        let signer = AddressSigner(secrets: ["secret"])
        for address in ["/files/1?expires=1", "/files/1?a=1&signature=2", "/files/1#expires=1"] {
            #expect(signer.sign(address, until: Self.later) == nil)
        }
        #expect(AddressSigner(secrets: []).sign("/files/1", until: Self.later) == nil)
    }

    @Test("end at the same time when they are signed at about the same time")
    func buckets() {
        let early = AddressSigner.expiry(notBefore: Self.now, bucketSeconds: 300)
        let late = AddressSigner.expiry(
            notBefore: Timestamp(seconds: 1_799_999_701, nanoseconds: 0),
            bucketSeconds: 300
        )
        #expect(early == late && early == Self.now)
        #expect(AddressSigner.expiry(notBefore: Timestamp(microseconds: 1), bucketSeconds: 1).seconds == 1)
    }
}
