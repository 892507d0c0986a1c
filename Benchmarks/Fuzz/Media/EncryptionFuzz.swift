// libFuzzer on what tells encrypted videos from others: no input may trap it, and none may keep it busy.
//
// scripts/fuzz-media 60 Encryption

import MediaCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEncryption(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The first byte chooses the container.
    guard count > 0, let choice = bytes?.pointee else { return 0 }
    let reader = BytesInMemory(Array(UnsafeBufferPointer(start: bytes, count: count).dropFirst()))
    let demuxers = ["mov", "matroska", "mpegts", "mpeg", "asf"]
    let demuxer = demuxers[Int(choice) % demuxers.count]
    let found = ContainerEncryption.of(reader, demuxer: demuxer, packets: 0x100)
    precondition(found?.scheme.isEmpty != true)
    return 0
}
