// libFuzzer on films that are streamed, or whose index is put in front: no input may trap, and what comes out has to hold together.
//
// swiftc -O -swift-version 6 -sanitize=fuzzer,address -parse-as-library -package-name mediad -module-name StreamFuzz \
//     Benchmarks/Fuzz/Media/StreamFuzz.swift $(find Sources/IsoMedia -name '*.swift')

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStream(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let source = BytesInMemory(Array(UnsafeBufferPointer(start: bytes, count: count)))
    if let assembly = try? FastStart.assembly(of: source) {
        // Only the index grows, by the wider half of its tables at most.
        precondition(assembly.count < 2 * source.length + 16)
        let pieces = assembly.pieces.reduce(0) { $0 + $1.count }
        precondition(pieces == assembly.count)
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
