/// What proxies say: addresses read and write alike, no authority can break out of a URL, and nobody is believed who is not
/// trusted.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzForwarded(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let kind = input.byte() & 3
    let text = input.text
    switch kind {
    case 0: checkAddress(text)
    case 1: checkAuthority(text)
    case 2: checkTrust(text)
    default: checkRoute(text)
    }
    return 0
}

private func checkAddress(_ text: String) {
    guard let address = IPAddress(text) else { return }
    require(address.bytes.count == (address.isIPv4 ? 4 : 16), "length")
    require(IPAddress(address.description) == address, "round trip of \(address)")
    require(IPAddress(address.description)?.description == address.description, "not canonical")
    for length in 0...(address.bytes.count * 8) {
        let masked = address.masked(to: length)
        require(masked.masked(to: length) == masked, "mask")
    }
    require((try? TrustedAddresses([address.description]))?.contains(text) == true, "does not contain itself")
}

private func checkAuthority(_ text: String) {
    guard let authority = Authority(text) else { return }
    let written = authority.text(for: "")
    require(Authority(written) == authority, "round trip")
    require(written.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x40 && $0 != 0x5C }, "byte")
    require(!written.utf8.contains(0x3F) && !written.utf8.contains(0x23) && !written.utf8.contains(0x25), "URL byte")
}

private func checkTrust(_ text: String) {
    guard let trusted = try? TrustedAddresses([text]) else { return }
    let base = String(text.utf8.prefix { $0 != 0x2F }) ?? ""
    require(trusted.contains(base), "base of \(text)")
    require(!trusted.contains(""), "nobody")
}

/// Four lines, one of each field.
private func checkRoute(_ text: String) {
    let lines = text.utf8.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
    func line(_ index: Int) -> [String] { index < lines.count && !lines[index].isEmpty ? [lines[index]] : [] }
    let all = ForwardingLines(forwarded: line(0), addresses: line(1), hosts: line(2), schemes: line(3))
    let isTrusted: (String) -> Bool = { $0.utf8.first == 0x31 || $0 == "::1" }
    if let route = ForwardedRoute(all, isTrusted: isTrusted) {
        require(route.scheme == nil || route.scheme == "http" || route.scheme == "https", "scheme")
        if let client = route.client { require(IPAddress(client.description) == client, "client") }
    }
    // What a client puts before what the proxy adds changes nothing.
    var forged = ForwardingLines(forwarded: line(0) + ["for=203.0.113.9;host=real.example;proto=https"])
    guard let standard = ForwardedRoute(forged, isTrusted: isTrusted) else { preconditionFailure("silenced") }
    require(standard.client == IPAddress("203.0.113.9"), "client forged")
    require(standard.host == Authority("real.example"), "host forged")
    require(standard.scheme == "https", "scheme forged")
    forged = ForwardingLines(addresses: line(1) + ["203.0.113.9"])
    guard let older = ForwardedRoute(forged, isTrusted: isTrusted) else { preconditionFailure("silenced") }
    require(older.client == IPAddress("203.0.113.9"), "client forged in X-Forwarded-For")
}
