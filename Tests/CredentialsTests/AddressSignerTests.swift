import Crypto
import Foundation
import MediaTesting
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

    @Test("any byte of any address changed, added or left out are forged", arguments: 0..<20)
    func changedAtRandom(round: Int) throws {
        var numbers = SeededNumbers(test: 12_400 + UInt64(round))
        let signer = AddressSigner(secrets: ["secret", "older"])
        let letters = Array("abcXYZ019-._~%2F/é&=+".utf8)
        for _ in 0..<50 {
            let name = (0..<Int.random(in: 1...20, using: &numbers)).map { _ in
                letters.randomElement(using: &numbers) ?? 0
            }
            let query = Bool.random(using: &numbers) ? "?preset=w342&v=1" : ""
            let address = "/files/a/\(String(decoding: name, as: UTF8.self))\(query)"
            let signed = Array(try #require(signer.sign(address, until: Self.later)).utf8)
            #expect(
                signer.verdict(on: String(decoding: signed, as: UTF8.self), at: Self.now) == .valid(until: Self.later)
            )
            var bytes = signed
            let place = Int.random(in: bytes.indices, using: &numbers)
            switch Int.random(in: 0...2, using: &numbers) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0...6, using: &numbers)
            case 1: bytes.remove(at: place)
            default: bytes.insert(UInt8.random(in: 0x21...0x7E, using: &numbers), at: place)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard Array(text.utf8) != signed else { continue }
            let verdict = signer.verdict(on: text, at: Self.now)
            #expect(verdict == .forged || verdict == .unsigned, "\(text)")
        }
    }

    @Test("without their ends are what they were made from, or halves")
    func parts() throws {
        let signer = AddressSigner(secrets: ["secret"])
        for address in ["/files/a/1.jpg", "/files/a/1.jpg?w=3&v=1"] {
            let signed = try #require(signer.sign(address, until: Self.later))
            #expect(AddressSigner.base(of: signed) == address && AddressSigner.base(of: address) == address)
            #expect(!AddressSigner.isHalf(signed) && !AddressSigner.isHalf(address))
            #expect(AddressSigner.isHalf(signed.replacing("expires=", with: "expirez=")))
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
