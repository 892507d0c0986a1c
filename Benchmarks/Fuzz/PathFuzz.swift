/// Nothing unsafe comes out of a target, nothing is lost or resolved on the way, and encoding is undone by decoding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPath(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let allowingTrailingSlash = input.byte() & 1 == 1
    let target = input.text
    checkQuery(target)
    let encodedText = PercentPath.encode(segment: target)
    require(PercentCoding.decode(encodedText.utf8).map { $0.elementsEqual(target.utf8) } == true, "encoding")
    guard let path = try? PercentPath(target: target, allowingTrailingSlash: allowingTrailingSlash) else { return 0 }
    for segment in path.segments {
        let bytes = Array(segment.utf8)
        require(!bytes.isEmpty && segment != "." && segment != "..", "empty or dots")
        require(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x2F && $0 != 0x5C }, "byte")
        require(segment.unicodeScalars.allSatisfy { !(0x80...0x9F).contains($0.value) }, "C1")
    }
    require(!path.hasTrailingSlash || allowingTrailingSlash, "slash")

    let joined = path.segments.joined(separator: "/") + (path.hasTrailingSlash ? "/" : "")
    let again = try? PercentPath(
        target: PercentPath.encode(path: joined, under: "/"),
        allowingTrailingSlash: allowingTrailingSlash
    )
    require(again?.segments.map { Array($0.utf8) } == path.segments.map { Array($0.utf8) }, "round trip")

    // The segments are the raw path decoded once, and nothing else.
    if path.authority == nil {
        let raw = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        require(PercentCoding.decode(raw) == Array("/".utf8) + Array(joined.utf8), "not the path")
    }
    return 0
}

private func checkQuery(_ text: String) {
    guard let query = try? QueryItems(query: text) else { return }
    require(query.items.count <= QueryItems.maximumItems, "too many")
    let written = query.items
        .map { PercentPath.encode(segment: $0.name) + "=" + PercentPath.encode(segment: $0.value) }
        // `=` may stand in a value only; in a name it must be encoded.
        .joined(separator: "&")
    guard !query.items.contains(where: { $0.name.contains("=") }) else { return }
    let again = try? QueryItems(query: written)
    require(again == query, "query round trip")
}
