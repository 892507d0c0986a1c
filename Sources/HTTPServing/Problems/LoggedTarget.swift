/// A request's target as a log may have it: without the values of parameters that are secrets.
enum LoggedTarget {
    /// - Parameters:
    ///   - target: in origin form, as it was sent.
    ///   - secrets: names of parameters. A name that is percent-encoded may be one of them, so its value is hidden too.
    static func text(_ target: String, hiding secrets: Set<String>) -> String {
        guard !secrets.isEmpty, let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
        let pairs = target[target.utf8.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
        let shown = pairs.map { pair -> String in
            guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")) else { return String(pair) }
            let name = pair[..<equals]
            guard secrets.contains(String(name)) || name.utf8.contains(UInt8(ascii: "%")) else { return String(pair) }
            return "\(name)=..."
        }
        return "\(target[..<mark])?\(shown.joined(separator: "&"))"
    }
}
