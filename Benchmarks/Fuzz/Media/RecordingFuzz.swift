// libFuzzer on recordings that get an index: no input may trap, and what comes out has to hold together and to need no more.
//
// scripts/fuzz-media 60 Recording

import IsoMedia
import Primitives

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecording(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let source = BytesInMemory(Array(UnsafeBufferPointer(start: bytes, count: count)))
    if let assembly = try? RecordingIndex.assembly(of: source) {
        precondition(assembly.count < 2 * source.length + 4096 + 64 * Int64(CueList.maximumCount))
        let finished = file(source, assembly)
        // What it made itself it understands, and leaves alone.
        guard let scan = try? RecordingScan(finished, readsBlocks: true) else { preconditionFailure("unreadable") }
        precondition(scan.isIndexed)
        precondition((try? RecordingIndex.assembly(of: finished)) == .some(nil))
    }
    if let assembly = try? Defragmentation.assembly(of: source) {
        let finished = file(source, assembly)
        guard let movie = try? MovieFile(reading: finished).movie else { preconditionFailure("unreadable") }
        for track in movie.tracks {
            guard var cursor = try? track.samples.cursor() else { preconditionFailure("no samples") }
            while let sample = try? cursor.next() {
                precondition(sample.size == 0 || sample.offset + Int64(sample.size) <= finished.length)
            }
        }
        precondition((try? Defragmentation.assembly(of: finished)) == .some(nil))
    }
    return 0
}

private func file(_ source: BytesInMemory, _ assembly: Assembly) -> BytesInMemory {
    BytesInMemory(
        assembly.pieces.flatMap { piece in
            switch piece {
            case .written(let range): assembly.written[range]
            case .source(let range): source.bytes[Int(range.lowerBound)..<Int(range.upperBound)]
            }
        }
    )
}
