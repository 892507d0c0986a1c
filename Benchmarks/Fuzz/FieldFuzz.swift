/// Dates, entity tags, media types and Accept: what is read can be written and read again, and weights stay weights.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzField(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let kind = input.byte() & 3
    let now = Int64(bitPattern: input.word())
    let text = input.text
    switch kind {
    case 0:
        let written = HTTPDate.format(now)
        require(written.utf8.count == 29, "length of a date")
        let clamped = min(max(now, -62_167_219_200), 253_402_300_799)
        require(HTTPDate.parse(written, now: 0) == clamped, "date round trip")
        if let date = HTTPDate.parse(text, now: now), (-62_167_219_200...253_402_300_799).contains(date) {
            require(HTTPDate.parse(HTTPDate.format(date), now: now) == date, "date again")
        }
    case 1:
        if let tag = EntityTag(parsing: text) {
            require(tag.description.utf8.elementsEqual(text.utf8), "tag round trip")
        }
        if case .tags(let tags) = EntityTagList(fieldLines: [text]) {
            let written = tags.map(\.description).joined(separator: ", ")
            require(EntityTagList(fieldLines: [written]) == .tags(tags), "list round trip")
        }
    case 2:
        if let type = MediaTypeValue(parsing: text) {
            require(MediaTypeValue(parsing: type.essence)?.essence == type.essence, "essence")
            if let boundary = type.boundary { require((1...70).contains(boundary.utf8.count), "boundary") }
        }
    default:
        let accept = AcceptNegotiation(text)
        let offered = ["image/webp", "image/jpeg", "text/plain;format=flowed"]
        for type in offered { require((0...1000).contains(accept.quality(of: type)), "weight") }
        if let chosen = accept.preferred(of: offered, explicitOnly: ["image/webp"]) {
            require(accept.quality(of: chosen) > 0, "unwanted")
            require(chosen != "image/webp" || text.lowercased().contains("image/webp"), "WebP not listed")
        }
    }
    return 0
}
