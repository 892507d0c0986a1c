// libFuzzer on the sizes and lengths in headers: no input may trap their readers, and none may keep them busy.
//
// scripts/fuzz-media 60 Headers

import MediaCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHeaders(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The first byte chooses the type.
    guard count > 0, let choice = bytes?.pointee else { return 0 }
    let reader = BytesInMemory(Array(UnsafeBufferPointer(start: bytes, count: count).dropFirst()))
    let essences =
        FixedPlace.table.keys.sorted() + [
            "image/bmp", "image/vnd.microsoft.icon", "image/jp2", "image/x-jp2-codestream", "image/jls", "image/jxr",
            "image/x-canon-cr2", "image/x-canon-cr3", "image/x-panasonic-rw2",
            "image/x-pcx", "image/x-dpx", "image/ktx", "image/x-exr", "image/vnd.djvu", "image/x-icns", "image/bpg",
            "image/x-portable-pixmap", "image/x-portable-arbitrarymap", "image/vnd.radiance", "image/fits",
            "image/x-xbitmap", "image/x-xpixmap", "video/x-yuv4mpeg", "audio/x-dsf", "audio/x-dff", "audio/aiff",
            "audio/x-w64",
        ]
    let type = MediaType(essences[Int(choice) % essences.count])
    if let size = HeaderSize.size(of: type, in: reader) { precondition(size.width > 0 && size.height > 0) }
    if let seconds = SoundLength.seconds(of: type, in: reader) { precondition(seconds.isFinite && seconds > 0) }
    return 0
}
