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
        /// Changes nothing in the response.
        case ignored
        /// Announces a body, another protocol, or a response before the body: the decoder's business.
        case framing
        /// Not known here; it may mean something to somebody.
        case unknown
    }

    /// Finds a field's kind by the length of its name, and then by comparing with the few names of that length.
    ///
    /// What is not in the list is `unknown`, so a field that the routes begin to read needs no change here unless it stands
    /// among those that are ignored.
    func kind(of name: Range<Int>) -> FieldKind {
        switch name.count {
        case 2: equals(name, "te") ? .ignored : .unknown
        case 3: equals(name, "dnt") || equals(name, "via") ? .ignored : .unknown
        case 4: equals(name, "host") ? .host : unlisted(name)
        case 5: equals(name, "range") ? .condition(.range) : unlisted(name)
        case 6: kindOfSix(name)
        case 7: kindOfSeven(name)
        case 8: kindOfEight(name)
        case 9:
            equals(name, "forwarded") || equals(name, "save-data") || equals(name, "x-real-ip")
                ? .ignored : unlisted(name)
        case 10: kindOfTen(name)
        case 12: equals(name, "icy-metadata") ? .ignored : unlisted(name)
        case 13: kindOfThirteen(name)
        case 14:
            equals(name, "content-length") ? .framing : equals(name, "accept-charset") ? .ignored : unlisted(name)
        case 15: equals(name, "accept-encoding") || equals(name, "accept-language") ? .ignored : unlisted(name)
        case 16:
            equals(name, "want-repr-digest")
                ? .wantReprDigest : equals(name, "proxy-connection") ? .framing : unlisted(name)
        case 17: kindOfSeventeen(name)
        case 19: equals(name, "if-unmodified-since") ? .condition(.ifUnmodifiedSince) : unlisted(name)
        case 21: equals(name, "x-playback-session-id") ? .ignored : unlisted(name)
        case 25: equals(name, "upgrade-insecure-requests") ? .ignored : unlisted(name)
        default: unlisted(name)
        }
    }

    private func kindOfSix(_ name: Range<Int>) -> FieldKind {
        switch lowercased(at: name.lowerBound) {
        case UInt8(ascii: "a") where equals(name, "accept"): .accept
        case UInt8(ascii: "o") where equals(name, "origin"): .origin
        case UInt8(ascii: "c") where equals(name, "cookie"): .ignored
        case UInt8(ascii: "p") where equals(name, "pragma"): .ignored
        case UInt8(ascii: "e") where equals(name, "expect"): .framing
        default: unlisted(name)
        }
    }

    private func kindOfSeven(_ name: Range<Int>) -> FieldKind {
        switch lowercased(at: name.lowerBound) {
        case UInt8(ascii: "r") where equals(name, "referer"): .ignored
        case UInt8(ascii: "p") where equals(name, "purpose"): .ignored
        case UInt8(ascii: "t") where equals(name, "trailer"): .framing
        case UInt8(ascii: "u") where equals(name, "upgrade"): .framing
        default: unlisted(name)
        }
    }

    private func kindOfEight(_ name: Range<Int>) -> FieldKind {
        switch lowercased(at: name.lowerBound) {
        case UInt8(ascii: "i") where equals(name, "if-match"): .condition(.ifMatch)
        case UInt8(ascii: "i") where equals(name, "if-range"): .condition(.ifRange)
        case UInt8(ascii: "p") where equals(name, "priority"): .ignored
        default: unlisted(name)
        }
    }

    private func kindOfTen(_ name: Range<Int>) -> FieldKind {
        switch lowercased(at: name.lowerBound) {
        case UInt8(ascii: "c") where equals(name, "connection"): .connection
        case UInt8(ascii: "u") where equals(name, "user-agent"): .ignored
        case UInt8(ascii: "k") where equals(name, "keep-alive"): .ignored
        default: unlisted(name)
        }
    }

    private func kindOfThirteen(_ name: Range<Int>) -> FieldKind {
        switch lowercased(at: name.lowerBound) {
        case UInt8(ascii: "a") where equals(name, "authorization"): .authorization
        case UInt8(ascii: "i") where equals(name, "if-none-match"): .condition(.ifNoneMatch)
        case UInt8(ascii: "c") where equals(name, "cache-control"): .ignored
        default: unlisted(name)
        }
    }

    private func kindOfSeventeen(_ name: Range<Int>) -> FieldKind {
        switch lowercased(at: name.lowerBound) {
        case UInt8(ascii: "i") where equals(name, "if-modified-since"): .condition(.ifModifiedSince)
        case UInt8(ascii: "t") where equals(name, "transfer-encoding"): .framing
        default: unlisted(name)
        }
    }

    /// Families of names of which none concerns a file: what browsers say about the page, and proxies about the client.
    private func unlisted(_ name: Range<Int>) -> FieldKind {
        hasPrefix(name, "sec-") || hasPrefix(name, "x-forwarded-") ? .ignored : .unknown
    }
}
