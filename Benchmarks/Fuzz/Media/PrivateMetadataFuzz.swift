// libFuzzer on the removal of private metadata: no input may trap it, what comes out has to hold together, and to be clean after one
// time. The first byte chooses the format.
//
// scripts/fuzz-media 60 PrivateMetadata

import MediaCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPrivateMetadata(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let types: [MediaType] = [.jpeg, .png, .webp, .gif, .heic, .avif]
    guard let choice = bytes?.pointee else { return 0 }
    let type = types[Int(choice) % types.count]
    // A copy of exactly this length: the sanitizer sees what is read behind it.
    let source = Array(UnsafeBufferPointer(start: bytes, count: count).dropFirst())
    guard let once = removed(from: source, type) else { return 0 }
    guard let twice = removed(from: once, type) else {
        // What was understood may have become shorter than decoders want; that is for the inspection to find.
        return 0
    }
    precondition(once == twice, "\(type): not clean after one time")
    return 0
}

/// The new file; nil where the old one was refused.
private func removed(from source: [UInt8], _ type: MediaType) -> [UInt8]? {
    source.withUnsafeBytes { buffer in
        guard let builder = try? PrivateMetadata.removal(from: ByteView(buffer), type: type) else { return nil }
        guard let splice = builder.splice else { return source }
        let written = builder.written
        // Nothing kept: an empty file, which nobody commits.
        guard !splice.pieces.isEmpty else { return [] }
        precondition(splice.fits(source: Int64(source.count), written: Int64(written.count)), "\(type): gaps")
        precondition(written.count <= source.count + 64, "\(type): more than there was")
        return splice.pieces.flatMap { piece in
            let range = Int(piece.offset)..<Int(piece.offset + piece.count)
            return piece.origin == .source ? source[range] : written[range]
        }
    }
}
