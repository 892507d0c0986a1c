/// Structured fields of uploads: only values of the right type come out, and what is written reads the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStructuredUploadFields(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let kind = input.byte() % 5
    switch kind {
    case 0: checkItems(input.text)
    case 1: checkDigests(input.text)
    case 2: checkWants(input.text)
    case 3: checkVersion(input.text)
    default: checkLimits(&input)
    }
    return 0
}

private func checkItems(_ text: String) {
    let boolean = StructuredField.boolean(text)
    let integer = StructuredField.integer(text)
    require(boolean == nil || integer == nil, "two types")
    if let boolean { require(text.utf8.contains(boolean ? 0x31 : 0x30) && text.utf8.contains(0x3F), "Boolean") }
    if let integer {
        require((0...999_999_999_999_999).contains(integer), "range")
        require(StructuredField.integer("\(integer)") == integer, "round trip")
        require(text.utf8.allSatisfy { $0 < 0x80 }, "not ASCII")
    }
}

private func checkDigests(_ text: String) {
    guard let digests = try? DigestFields.parse(text) else { return }
    for digest in digests {
        require(digest.value.count == digest.algorithm.lengthBytes, "length")
        require((try? DigestFields.parse(DigestFields.value(of: digest))) == [digest], "round trip")
    }
    require(Set(digests.map(\.algorithm)).count == digests.count, "algorithm twice")
}

private func checkWants(_ text: String) {
    let wants = DigestFields.wants(.sha256, text)
    require(!wants || text.contains("sha-256"), "out of nothing")
    if let integers = StructuredField.integers(text), let weight = integers["sha-256"] {
        require(wants == (weight >= 1 && weight <= 10), "weight")
    } else {
        require(!wants, "no weight")
    }
}

private func checkVersion(_ text: String) {
    guard let version = UploadInteropVersion(parsing: text) else { return }
    require(StructuredField.integer(text) == Int64(version.rawValue), "version")
    require(UploadInteropVersion(parsing: "\(version.rawValue)") == version, "round trip")
}

private func checkLimits(_ input: inout FuzzInput) {
    func limit() -> Int64? { input.byte() & 1 == 0 ? nil : Int64(bitPattern: input.word()) }
    let limits = UploadLimits(
        maximumSize: limit(),
        minimumSize: limit(),
        maximumAppendSize: limit(),
        minimumAppendSize: limit(),
        maximumAge: limit()
    )
    for version in UploadInteropVersion.allCases.map(Optional.some) + [nil] {
        guard let read = StructuredField.integers(limits.fieldValue(for: version)) else {
            preconditionFailure("unreadable limits")
        }
        require(!read.isEmpty, "no limit at all")
        require(read.values.allSatisfy { (0...999_999_999_999_999).contains($0) }, "range")
        let age = version.map { $0 < .v7 } ?? false ? "expires" : "max-age"
        require((read[age] != nil) == (limits.maximumAge != nil), "lifetime")
    }
}
