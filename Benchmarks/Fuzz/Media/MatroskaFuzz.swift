// libFuzzer on the Matroska parser: no input may trap it, and none may keep it busy.
//
// scripts/fuzz-media 60 Matroska

import MediaCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMatroska(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    // Half of the inputs get the header for nothing, so that the fuzzer soon reaches what follows.
    let header: [UInt8] = [
        0x1A, 0x45, 0xDF, 0xA3, 0x80, 0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    ]
    let reader = BytesInMemory(count % 2 == 0 ? input : header + input)
    guard let facts = try? MatroskaParser.parse(reader) else { return 0 }
    if let width = facts.width { precondition(width > 0) }
    if let seconds = facts.durationSeconds { precondition(seconds.isFinite && seconds > 0) }
    return 0
}
