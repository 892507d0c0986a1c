// libFuzzer on films that are streamed, or whose index is put in front: no input may trap, and what comes out has to hold together.
//
// scripts/fuzz-media 60 Stream

import Primitives

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStream(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let source = BytesInMemory(Array(UnsafeBufferPointer(start: bytes, count: count)))
    if let assembly = try? FastStart.assembly(of: source) {
        // Only the index grows, by the wider half of its tables at most.
        precondition(assembly.count < 2 * source.length + 16)
        let pieces = assembly.pieces.reduce(0) { $0 + $1.count }
        precondition(pieces == assembly.count)
        requireSameSamples(source, assembly)
    }
    guard let file = try? MovieFile(reading: source) else { return 0 }
    for track in file.movie.tracks { _ = try? TimedText(track, in: file.movie, reading: source) }
    guard let plan = try? StreamPlan(file.movie) else { return 0 }
    precondition(plan.segments.allSatisfy { $0.seconds >= 0 && $0.start >= 0 && $0.seconds.isFinite })
    precondition(plan.initialization.count > 100)
    for index in plan.segments.indices.prefix(3) {
        if let segment = try? plan.segment(index, fileLength: source.length) {
            for case .source(let range) in segment.pieces {
                precondition(range.lowerBound >= 0 && range.upperBound <= source.length)
            }
        }
        if let segment = try? plan.transportSegment(index, reading: source) { precondition(segment.count % 188 == 0) }
    }
    return 0
}

/// Every frame of the old film has to be found in the new one: where whole chunks lie in what was copied, byte by byte.
private func requireSameSamples(_ source: BytesInMemory, _ assembly: Assembly) {
    guard let before = try? MovieFile(reading: source) else { return }
    let moved = BytesInMemory(
        assembly.pieces.flatMap { piece in
            switch piece {
            case .written(let range): assembly.written[range]
            case .source(let range): source.bytes[Int(range.lowerBound)..<Int(range.upperBound)]
            }
        }
    )
    guard let after = try? MovieFile(reading: moved) else { preconditionFailure("the new film cannot be read") }
    precondition(before.movie.tracks.count == after.movie.tracks.count)
    let copied: [Range<Int64>] = assembly.pieces.compactMap { if case .source(let range) = $0 { range } else { nil } }
    for (old, new) in zip(before.movie.tracks, after.movie.tracks) {
        guard var was = try? old.samples.cursor(), var now = try? new.samples.cursor() else { continue }
        var end: Int64 = -1
        var isWhole = true
        while let sample = try? was.next(), sample.index < 1000 {
            guard let found = try? now.next() else { preconditionFailure("a sample is missing") }
            let range = sample.offset..<sample.offset + Int64(sample.size)
            let isInside = copied.contains { $0.contains(range.lowerBound) && range.upperBound <= $0.upperBound }
            // A chunk that runs into the index, or past the end, is damaged from there on.
            isWhole = isInside && (isWhole || range.lowerBound != end)
            end = range.upperBound
            guard isWhole else { continue }
            let same =
                (try? source.bytes(at: sample.offset, count: sample.size))
                == (try? moved.bytes(at: found.offset, count: found.size))
            precondition(same, "sample \(sample.index) lies elsewhere")
        }
    }
}
