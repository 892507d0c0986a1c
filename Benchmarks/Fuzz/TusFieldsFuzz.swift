/// tus' field values: what is read is safe to echo, reads the same again, and base64 agrees with what it decodes to.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTusFields(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let kind = input.byte() % 5
    let text = input.text
    switch kind {
    case 0: checkMetadata(text)
    case 1: checkChecksum(text)
    case 2: checkConcatenation(text)
    case 3: checkInteger(text)
    default: checkBase64(input.bytes)
    }
    return 0
}

private func checkMetadata(_ text: String) {
    guard let metadata = try? UploadMetadata(parsing: text) else { return }
    require(metadata.text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }, "control character")
    require(metadata.text.utf8.first != 0x20 && metadata.text.utf8.last != 0x20, "not trimmed")
    require(!metadata.keys.isEmpty, "nothing in it")
    let again = try? UploadMetadata(parsing: metadata.text)
    require(again == metadata && again?.keys == metadata.keys, "echo")
    var written: [String] = []
    for key in metadata.keys {
        guard let bytes = metadata.bytes(key) else { preconditionFailure("lost \(key)") }
        written.append("\(key) \(Base64.encode(bytes))")
        if let value = metadata[key] {
            require(Array(value.utf8) == bytes, "text")
            require(value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "control character in text")
        }
    }
    guard let rewritten = try? UploadMetadata(parsing: written.joined(separator: ",")) else {
        preconditionFailure("unreadable: \(written)")
    }
    for key in metadata.keys { require(rewritten.bytes(key) == metadata.bytes(key), "value of \(key)") }
}

private func checkChecksum(_ text: String) {
    guard let checksum = try? UploadChecksum(parsing: text) else { return }
    require(!checksum.algorithm.isEmpty && !checksum.value.isEmpty, "empty")
    let again = try? UploadChecksum(parsing: "\(checksum.algorithm) \(Base64.encode(checksum.value))")
    require(again == checksum, "round trip")
}

private func checkConcatenation(_ text: String) {
    guard case .final(let urls) = try? UploadConcatenation(parsing: text) else { return }
    require(!urls.isEmpty, "no parts")
    require((try? UploadConcatenation(parsing: "final;" + urls.joined(separator: " "))) == .final(urls), "round trip")
    for url in urls {
        guard let path = UploadReference.path(of: url, base: "/api/uploads", authority: "h.example:8080") else {
            continue
        }
        require(path.utf8.first == 0x2F, "no path")
        require(!path.utf8.contains(0x3F) && !path.utf8.contains(0x23), "query")
        let absolute = "http://h.example:8080" + path
        require(UploadReference.path(of: absolute, base: "/", authority: "h.example:8080") == path, "absolute")
        require(UploadReference.path(of: absolute, base: "/", authority: "h.example") == nil, "other port")
        require(UploadReference.path(of: absolute, base: "/", authority: "x.example:8080") == nil, "other host")
    }
}

private func checkInteger(_ text: String) {
    let value = DecimalField.parse(text)
    let digits = !text.utf8.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    require(value == (digits ? Int64(text) : nil), "integer")
}

private func checkBase64(_ bytes: [UInt8]) {
    let encoded = Base64.encode(bytes)
    require(encoded.utf8.count == (bytes.count + 2) / 3 * 4, "length")
    require(Base64.decode(encoded.utf8) == bytes, "decode")
    require(Base64.decode(encoded.utf8.prefix { $0 != 0x3D }, padding: .optional) == bytes, "without padding")
    if let decoded = Base64.decode(bytes) {
        require(bytes.count % 4 == 0 && decoded.count <= bytes.count / 4 * 3, "decoded length")
        require(Base64.decode(Base64.encode(decoded).utf8) == decoded, "again")
        require(Base64.decode(bytes, padding: .optional) == decoded, "padding")
    }
}
