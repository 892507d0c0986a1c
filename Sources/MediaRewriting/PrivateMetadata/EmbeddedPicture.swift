import MediaCore

/// The cover of music, or a picture attached to a video: a file in a file, with private data of its own.
enum EmbeddedPicture {
    /// The picture without them, not longer than it was.
    /// - Returns: nil for what is none of the formats that covers have, or is damaged: nobody knows what would stay in it.
    static func cleaned(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.withUnsafeBytes { buffer in
            let view = ByteView(buffer)
            // A bitmap has nothing to take out.
            if view.starts(with: "BM", at: 0) { return bytes }
            guard let type = self.type(of: view),
                let builder = try? PrivateMetadata.removal(from: view, type: type)
            else { return nil }
            guard let splice = builder.splice else { return bytes }
            let cleaned = splice.pieces.flatMap { piece in
                let range = Int(piece.offset)..<Int(piece.offset + piece.count)
                return piece.origin == .source ? view.array(range) : Array(builder.written[range])
            }
            return cleaned.count <= bytes.count ? cleaned : nil
        }
    }

    /// As long as before: behind the end of a picture zeros do not count. All zeros where nothing can stay.
    static func blanked(_ bytes: [UInt8]) -> [UInt8] {
        let cleaned = self.cleaned(bytes) ?? []
        return cleaned + [UInt8](repeating: 0, count: bytes.count - cleaned.count)
    }

    private static func type(of view: ByteView) -> MediaType? {
        if view.u16(0) == 0xFFD8 { return .jpeg }
        if view.u32(0) == 0x8950_4E47 { return .png }
        if view.starts(with: "GIF8", at: 0) { return .gif }
        return view.starts(with: "RIFF", at: 0) && view.starts(with: "WEBP", at: 8) ? .webp : nil
    }
}
