package import HTTPTypes

extension HTTPFields {
    /// Adds fields; the names in `Vary` of both are kept.
    package mutating func add(_ others: HTTPFields) {
        for field in others {
            if field.name == .vary, let present = self[.vary] {
                self[.vary] = "\(present), \(field.value)"
            } else {
                self[field.name] = field.value
            }
        }
    }
}
