/// File names survive being written and read, and no text makes a value that could break out of its header.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDisposition(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = FuzzInput(start, count).text
    for dialect in [ContentDisposition.Dialect.http, .formData] {
        guard let parsed = ContentDisposition(parsing: text, as: dialect) else { continue }
        _ = parsed.name
        checkName(parsed.fileName ?? "")
    }
    checkName(text)
    checkForm(text)
    return 0
}

private func checkName(_ text: String) {
    let name = ContentDisposition.baseName(text)
    let value = ContentDisposition.value(.attachment, fileName: text)
    require(value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "not printable ASCII")
    guard let parsed = ContentDisposition(parsing: value, as: .http) else {
        preconditionFailure("unreadable: \(value)")
    }
    require(parsed.type == "attachment", "type")
    require(parsed.fileName.map { Array($0.utf8) } == name.map { Array($0.utf8) }, "name of \(value)")
    guard let name else { return }
    let bytes = Array(name.utf8)
    require(!bytes.isEmpty && bytes.count <= 255 && name != "." && name != "..", "length or dots")
    require(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x2F && $0 != 0x5C }, "byte")
    require(ContentDisposition.baseName(name).map { Array($0.utf8) } == bytes, "not idempotent")
}

/// What a browser would write for this file name (WHATWG HTML) is read back, as far as its encoding is reversible.
private func checkForm(_ text: String) {
    guard
        !text.utf8.contains(where: { $0 == 0x25 || $0 == 0x5C || ($0 < 0x20 && $0 != 0x0D && $0 != 0x0A) || $0 == 0x7F }
        )
    else { return }
    var encoded = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": encoded += "%22"
        case "\r": encoded += "%0D"
        case "\n": encoded += "%0A"
        default: encoded.unicodeScalars.append(scalar)
        }
    }
    let parsed = ContentDisposition(parsing: "form-data; name=\"a\"; filename=\"\(encoded)\"", as: .formData)
    require(parsed?.fileName.map { Array($0.utf8) } == Array(text.utf8), "form name")
}
