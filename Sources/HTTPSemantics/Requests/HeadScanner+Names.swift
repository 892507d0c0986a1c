extension HeadScanner {
    /// What a field of a request means for serving a file.
    enum FieldKind {
        case host
        case accept
        case origin
        case authorization
        case connection
        case wantReprDigest
        case condition(ConditionalFields.Field)
        /// Announces a body, another protocol, or a response before the body, or asks for what only the router gives.
        case routed
        /// Nobody reads it who responds with a file; see ``FileRequestFields``.
        case ignored
    }

    /// Finds a field's kind by the length of its name, and then by comparing with the few names of that length.
    ///
    /// The names are closed: what is not among them changes nothing, whatever clients and the proxies before them make up. They are those of
    /// ``FileRequestFields/deciding``, which is also all that the file routes get to see.
    func kind(of name: Range<Int>) -> FieldKind {
        switch name.count {
        case 4: equals(name, "host") ? .host : .ignored
        case 5: equals(name, "range") ? .condition(.range) : .ignored
        case 6: kindOfSix(name)
        case 7: equals(name, "upgrade") || equals(name, "trailer") ? .routed : .ignored
        case 8: kindOfEight(name)
        case 10: equals(name, "connection") ? .connection : .ignored
        case 12: equals(name, "x-request-id") ? .routed : .ignored
        case 13: kindOfThirteen(name)
        case 14: equals(name, "content-length") ? .routed : .ignored
        case 16: kindOfSixteen(name)
        case 17: kindOfSeventeen(name)
        case 19: equals(name, "if-unmodified-since") ? .condition(.ifUnmodifiedSince) : .ignored
        default: .ignored
        }
    }

    private func kindOfSix(_ name: Range<Int>) -> FieldKind {
        if equals(name, "accept") { return .accept }
        if equals(name, "origin") { return .origin }
        return equals(name, "expect") ? .routed : .ignored
    }

    private func kindOfEight(_ name: Range<Int>) -> FieldKind {
        if equals(name, "if-match") { return .condition(.ifMatch) }
        return equals(name, "if-range") ? .condition(.ifRange) : .ignored
    }

    private func kindOfThirteen(_ name: Range<Int>) -> FieldKind {
        if equals(name, "authorization") { return .authorization }
        return equals(name, "if-none-match") ? .condition(.ifNoneMatch) : .ignored
    }

    private func kindOfSixteen(_ name: Range<Int>) -> FieldKind {
        if equals(name, "want-repr-digest") { return .wantReprDigest }
        return equals(name, "proxy-connection") ? .routed : .ignored
    }

    private func kindOfSeventeen(_ name: Range<Int>) -> FieldKind {
        if equals(name, "if-modified-since") { return .condition(.ifModifiedSince) }
        return equals(name, "transfer-encoding") ? .routed : .ignored
    }
}
