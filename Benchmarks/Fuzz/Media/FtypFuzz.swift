// libFuzzer on what looks at first bytes: brands, markup, streams, zip directories.
//
// scripts/fuzz-media 60 Ftyp

import IsoMedia
import MediaCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFirstBytes(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    _ = FileTypeBrands(payload: ByteFields(input))?.kind
    _ = MarkupSniffer(prefix: input).finding
    _ = StreamSignatures.isTransportStream(input)
    if let end = StreamSignatures.endOfID3(input) { precondition(end >= 10) }
    _ = StreamSignatures.audioFrame(input)
    let end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0]
    _ = try? ZipDirectory.parse(BytesInMemory(input)).essence
    _ = try? ZipDirectory.parse(BytesInMemory(input + end + input.prefix(10))).essence
    return 0
}
