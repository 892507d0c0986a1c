// libFuzzer on the removal of private metadata: no input may trap it, what comes out has to hold together, and to be clean after one
// time. The first byte chooses the format.
//
// scripts/fuzz-media 60 PrivateMetadata

import IsoMedia
import MediaCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPrivateMetadata(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let types: [MediaType] = [
        .jpeg, .png, .webp, .gif, .heic, .avif, .jxl, .mp3, .flac, .ogg, .tiff, .matroska, .mp4,
    ]
    guard let choice = bytes?.pointee else { return 0 }
    let type = types[Int(choice) % types.count]
    // A copy of exactly this length: the sanitizer sees what is read behind it.
    let source = Array(UnsafeBufferPointer(start: bytes, count: count).dropFirst())
    guard let once = removed(from: source, type) else { return 0 }
    guard let twice = removed(from: once, type) else {
        // What was understood may have become shorter than decoders want; that is for the inspection to find.
        return 0
    }
    // What lies over each other in TIFF may be needed less the second time; tags in music may meet what was behind them.
    precondition(once == twice || [.tiff, .mp3].contains(type), "\(type): not clean after one time")
    return 0
}

/// The new file; nil where the old one was refused.
private func removed(from source: [UInt8], _ type: MediaType) -> [UInt8]? {
    if InPlaceRemoval.takes(type) { return blanked(source, type) }
    return source.withUnsafeBytes { buffer in
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

private func blanked(_ source: [UInt8], _ type: MediaType) -> [UInt8]? {
    guard let removal = try? InPlaceRemoval(from: BytesInMemory(source), type: type) else { return nil }
    var result = source
    var end: Int64 = 0
    for change in removal.changes where !change.range.isEmpty {
        let range = change.range
        precondition(range.lowerBound >= end && range.upperBound <= source.count, "\(type): over each other, or outside")
        end = range.upperBound
        let bytes =
            switch change {
            case .zeros: [UInt8](repeating: 0, count: range.count)
            case .bytes(let bytes, _): bytes
            }
        result.replaceSubrange(Int(range.lowerBound)..<Int(range.upperBound), with: bytes)
    }
    precondition(removal.end >= end && removal.end <= source.count, "\(type): an end in a change")
    return Array(result[..<Int(removal.end)])
}
