extension MediaType {
    /// `name` with an extension that files of this type carry, for people who save a file under it.
    ///
    /// An extension of the type stays as it is written (`IMG_1.JPG`); one of another type is replaced, as the bytes decide what
    /// a file is; anything else behind a dot is part of the name. So whoever chooses a name, in a link or with an upload,
    /// cannot turn a text into `setup.bat`.
    package func fileName(_ name: String) -> String {
        var stem = Substring(name)
        if let dot = name.lastIndex(of: "."), dot > name.startIndex {
            let fileExtension = name[name.index(after: dot)...]
            if self.hasExtension(fileExtension) { return name }
            if Self.isKnownExtension(fileExtension) { stem = name[..<dot] }
        }
        // Some systems drop them, and with them what is left would have another extension.
        while stem.last == "." || stem.last == " " { stem.removeLast() }
        return "\(stem.isEmpty ? "file" : stem).\(self.fileExtension)"
    }
}
