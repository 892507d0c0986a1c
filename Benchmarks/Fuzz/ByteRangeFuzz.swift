/// Compares `RangeRequest.parse` with a reading by string splitting, and checks what may come out of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzByteRange(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    // A few lengths near the edges, many small ones.
    let length: Int64 =
        switch input.byte() & 7 {
        case 0: 0
        case 1: .max
        case 2: .max - Int64(input.byte())
        case 3: Int64(input.word() >> 1)
        default: Int64(input.byte())
        }
    let value = input.text
    let parsed = RangeRequest.parse(value, length: length)
    require(parsed == reference(value, length), "\(value.debugDescription) of \(length): \(parsed)")
    if let ranges = parsed.satisfiable {
        require(!ranges.isEmpty && ranges.count <= 100, "count")
        let pairs = ranges.indices.flatMap { first in ranges.indices.dropFirst(first + 1).map { (first, $0) } }
        require(pairs.allSatisfy { !ranges[$0].overlaps(ranges[$1]) }, "a byte twice")
        require(ranges.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= length && !$0.isEmpty }, "bounds")
        // Nil only where the ranges leave no room for their frame.
        if let framing = MultipartByteRanges(ranges: ranges, length: length, contentType: "a/b", boundary: "B") {
            let total = framing.parts.reduce(Int64(framing.trailer.count)) {
                $0 + Int64($1.header.count + $1.range.count)
            }
            require(framing.contentLength == total, "framing")
        } else {
            require(ranges.reduce(0) { $0 + Int64($1.count) } > .max - 4096, "no framing")
        }
    }
    return 0
}

private func reference(_ value: String, _ length: Int64) -> RangeRequest {
    let bytes = Array(value.utf8)
    guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0,
        bytes[..<equals].allSatisfy({ $0.isTokenCharacter })
    else { return .ignored(.malformed) }
    let unit = String(decoding: bytes[..<equals], as: UTF8.self).lowercased()
    guard unit == "bytes" else { return .ignored(.unknownUnit) }
    var ranges: [Range<Int64>] = []
    var members = 0
    for piece in bytes[(equals + 1)...].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        var member = piece
        while let first = member.first, first == 0x20 || first == 0x09 { member.removeFirst() }
        while let last = member.last, last == 0x20 || last == 0x09 { member.removeLast() }
        if member.isEmpty { continue }
        let positions = member.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map(Array.init)
        guard positions.count == 2, positions != [[], []],
            positions.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
        else { return .ignored(.malformed) }
        let first = number(positions[0])
        let last = number(positions[1])
        if let first, let last, last < first { return .ignored(.malformed) }
        members += 1
        if members > 100 { return .ignored(.tooManyRanges) }
        guard length > 0 else { continue }
        if let first {
            if first >= length { continue }
            ranges.append(first..<(min(last ?? length - 1, length - 1) + 1))
        } else if let last, last > 0 {
            ranges.append((length - min(last, length))..<length)
        }
    }
    if members == 0 { return .ignored(.malformed) }
    if length == 0 { return .ignored(.emptyRepresentation) }
    if zip(ranges, ranges.dropFirst()).filter({ $1.lowerBound < $0.lowerBound }).count > 16 {
        return .ignored(.outOfOrder)
    }
    var rest = length
    for range in ranges {
        rest -= Int64(range.count)
        if rest < 0 { return .ignored(.exceedsLength) }
    }
    return ranges.isEmpty ? .unsatisfiable : .ranges(merged(ranges))
}

/// Clusters of ranges that share bytes, found from left to right, in the order of their first members.
private func merged(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
    var clusters: [(first: Int, range: Range<Int64>)] = []
    for (index, range) in ranges.enumerated().sorted(by: { $0.element.lowerBound < $1.element.lowerBound }) {
        if let last = clusters.last, range.lowerBound < last.range.upperBound {
            let end = max(last.range.upperBound, range.upperBound)
            clusters[clusters.count - 1] = (min(last.first, index), last.range.lowerBound..<end)
        } else {
            clusters.append((index, range))
        }
    }
    return clusters.sorted { $0.first < $1.first }.map(\.range)
}

private func number(_ digits: [UInt8]) -> Int64? {
    if digits.isEmpty { return nil }
    let significant = String(decoding: digits.drop { $0 == 0x30 }, as: UTF8.self)
    if significant.isEmpty { return 0 }
    return Int64(significant) ?? .max
}
