// libFuzzer on the ISO base media parser: no input may trap it, and none may keep it busy.
//
// scripts/fuzz-media 60 IsoMedia

import MediaCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIsoMedia(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let reader = BytesInMemory(Array(UnsafeBufferPointer(start: bytes, count: count)))
    guard let facts = try? IsoMediaParser.parse(reader) else { return 0 }
    if let picture = facts.movie?.picture { precondition(picture.width > 0 && picture.height > 0) }
    if let seconds = facts.movie?.durationSeconds { precondition(seconds.isFinite && seconds >= 0) }
    return 0
}
