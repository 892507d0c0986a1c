package import HTTPTypes

extension ConditionalFields {
    /// Collects the fields in one pass.
    package init(_ fields: HTTPFields) {
        self.init()
        for field in fields {
            guard let name = Self.field(named: field.name) else { continue }
            add(field.value, to: name)
        }
    }

    private static func field(named name: HTTPField.Name) -> Field? {
        // Most fields of a request begin with neither letter; this spares them six comparisons.
        switch name.canonicalName.utf8.first {
        case UInt8(ascii: "r"): return name == .range ? .range : nil
        case UInt8(ascii: "i"): break
        default: return nil
        }
        switch name {
        case .ifMatch: return .ifMatch
        case .ifNoneMatch: return .ifNoneMatch
        case .ifModifiedSince: return .ifModifiedSince
        case .ifUnmodifiedSince: return .ifUnmodifiedSince
        case .ifRange: return .ifRange
        default: return nil
        }
    }
}
