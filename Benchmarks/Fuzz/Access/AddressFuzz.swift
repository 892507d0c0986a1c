import Foundation
import Primitives

private let signer = AddressSigner(secrets: ["a secret of the fuzzer", "an older one"])
private let end = Timestamp(seconds: 1_800_000_000, nanoseconds: 0)

/// Signed addresses: no target traps, none that nobody signed is good, and no changed one stays good.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAddress(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let place = Int(truncatingIfNeeded: input.word() >> 32)
    let bit = input.byte() % 8
    let target = input.text
    let verdict = signer.verdict(on: target, at: end)
    require(verdict == .unsigned || verdict == .forged, "good without a signature: \(target)")
    require((verdict == .unsigned) == !AddressSigner.isSigned(target), "two readers")
    require(AddressSigner.base(of: target).utf8.count <= target.utf8.count, "longer")
    guard let signed = signer.sign(target, until: end) else {
        require(
            AddressSigner.isSigned(target) || target.utf8.contains(UInt8(ascii: "#")) || AddressSigner.isHalf(target),
            "not signed: \(target)"
        )
        return 0
    }
    require(signer.verdict(on: signed, at: end) == .valid(until: end), "not good")
    require(signer.verdict(on: signed, at: Timestamp(microseconds: end.microseconds + 1)) == .expired, "still good")
    let query = target.utf8.contains(UInt8(ascii: "?"))
    require(AddressSigner.base(of: signed).utf8.elementsEqual(target.utf8), "another base, query: \(query)")
    // One bit of it, of what is sent as bytes.
    var bytes = Array(signed.utf8)
    bytes[place % bytes.count] ^= 1 << bit
    guard let changed = String(validating: bytes, as: UTF8.self) else { return 0 }
    switch signer.verdict(on: changed, at: end) {
    case .forged, .unsigned: break
    case .valid, .expired: require(false, "changed and good: \(changed)")
    }
    return 0
}
