/// A frame of an ID3v2 tag.
///
/// Sources: id3.org's informal standards ID3v2.2.0, ID3v2.3.0, "ID3 tag version 2.4.0 - Main Structure" and "- Native Frames", and
/// "ID3v2 Chapter Frame Addendum".
struct Id3Frame {
    var name: String
    var content: [UInt8]
    /// Of the tag that it is in: 2, 3 or 4.
    var version: UInt8

    private static let needed: Set<String> = [
        "TIT1", "TIT2", "TIT3", "TPE1", "TPE2", "TPE3", "TALB", "TRCK", "TPOS", "TCON", "TCOM", "TLEN", "TCMP", "TSOT",
        "TSOP", "TSOA", "TYER", "RVA2", "RVAD", "MLLT", "TLAN",
        "TT1", "TT2", "TT3", "TP1", "TP2", "TP3", "TAL", "TRK", "TPA", "TCO", "TCM", "TLE", "TCP", "TST", "TSP", "TSA",
        "TYE", "RVA", "MLL", "TLA",
    ]

    /// Title, artist, album, number, genre, year, loudness, chapters and the cover, without what is private in them.
    /// - Returns: nil for everything else.
    func listenersOnly(depth: Int = 0) -> Id3Frame? {
        var frame = self
        switch self.name {
        case _ where Self.needed.contains(self.name): return self
        case "TDRC", "TDOR", "TDRL":
            // Of a time only the year.
            guard let encoding = self.content.first else { return nil }
            let count = [0: 5, 1: 11, 2: 9, 3: 5][encoding] ?? 0
            frame.content = Array(self.content.prefix(count))
        case "TXXX", "TXX":
            let text = self.content.filter { $0 != 0 }.map { $0 | 0x20 }
            guard text.firstRange(of: Array("replaygain_".utf8)) != nil else { return nil }
        case "APIC", "PIC":
            guard let content = self.picture else { return nil }
            frame.content = content
        case "CHAP", "CTOC":
            guard depth == 0, let content = self.chapter else { return nil }
            frame.content = content
        default: return nil
        }
        return frame
    }

    /// The encoding of its description, type, kind, description, picture. The description goes.
    private var picture: [UInt8]? {
        guard let encoding = self.content.first else { return nil }
        var rest = self.content.dropFirst()
        let type: ArraySlice<UInt8>
        if self.version == 2 {
            type = rest.prefix(3)
        } else {
            guard let end = rest.firstIndex(of: 0) else { return nil }
            type = rest[...end]
        }
        rest = rest.dropFirst(type.count)
        guard let kind = rest.popFirst() else { return nil }
        if encoding == 1 || encoding == 2 {
            while rest.count >= 2, rest.prefix(2) != [0, 0] { rest = rest.dropFirst(2) }
            rest = rest.dropFirst(2)
        } else {
            rest = rest.drop { $0 != 0 }.dropFirst()
        }
        guard let picture = EmbeddedPicture.cleaned(Array(rest)) else { return nil }
        return [0] + type + [kind, 0] + picture
    }

    /// The name and the times of a chapter, or a list of chapters' names, with frames behind.
    private var chapter: [UInt8]? {
        guard let end = self.content.firstIndex(of: 0) else { return nil }
        var head = end + 1
        if self.name == "CHAP" {
            head += 16
        } else {
            guard head + 2 <= self.content.count else { return nil }
            let count = Int(self.content[head + 1])
            head += 2
            for _ in 0..<count {
                guard let next = self.content[min(head, self.content.count)...].firstIndex(of: 0) else { return nil }
                head = next + 1
            }
        }
        guard head <= self.content.count else { return nil }
        let frames = Self.frames(in: self.content[head...], version: self.version, isUnsynchronised: false)
        return self.content[..<head] + frames.compactMap { $0.listenersOnly(depth: 1) }.flatMap(\.bytes)
    }

    /// As it stands in a tag.
    var bytes: [UInt8] {
        let count = self.content.count
        let shifts = self.version == 2 ? [16, 8, 0] : self.version == 3 ? [24, 16, 8, 0] : [21, 14, 7, 0]
        let mask = self.version == 4 ? 0x7F : 0xFF
        return Array(self.name.utf8) + shifts.map { UInt8(truncatingIfNeeded: count >> $0 & mask) }
            + (self.version == 2 ? [] : [0, 0]) + self.content
    }
}

extension Id3Frame {
    /// The frames side by side in these bytes. Those that are compressed or encrypted are left out.
    /// - Parameter isUnsynchronised: whether zeros were put behind FF in every frame; in version 4 only.
    static func frames(in bytes: ArraySlice<UInt8>, version: UInt8, isUnsynchronised: Bool) -> [Id3Frame] {
        let (nameLength, headLength) = version == 2 ? (3, 6) : (4, 10)
        var frames: [Id3Frame] = []
        var rest = bytes
        while rest.count > headLength, rest.first != 0 {
            let head = Array(rest.prefix(headLength))
            rest = rest.dropFirst(headLength)
            guard let size = self.size(head, before: rest, version: version), size <= rest.count else { break }
            let content = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            let flags = version == 2 ? 0 : head[9]
            guard let content = self.plain(content, flags, version, isUnsynchronised) else { continue }
            frames.append(
                Id3Frame(
                    name: String(decoding: head[..<nameLength], as: UTF8.self),
                    content: content,
                    version: version
                )
            )
        }
        return frames
    }

    private static func size(_ head: [UInt8], before rest: ArraySlice<UInt8>, version: UInt8) -> Int? {
        let plain = head[(version == 2 ? 3 : 4)..<(version == 2 ? 6 : 8)].reduce(0) { $0 << 8 | Int($1) }
        guard version == 4 else { return plain }
        let isSafe = head[4..<8].allSatisfy { $0 < 0x80 }
        let safe = head[4..<8].reduce(0) { $0 << 7 | Int($1) }
        // iTunes wrote the sizes of version 3 for years.
        if isSafe, self.isFrame(rest, behind: safe) || !self.isFrame(rest, behind: plain) { return safe }
        return plain
    }

    private static func isFrame(_ rest: ArraySlice<UInt8>, behind size: Int) -> Bool {
        guard size <= rest.count else { return false }
        let next = rest.dropFirst(size).prefix(4)
        return next.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) } || next.first == 0
    }

    /// Without what the flags say that was done to the content.
    private static func plain(
        _ content: [UInt8],
        _ flags: UInt8,
        _ version: UInt8,
        _ isUnsynchronised: Bool
    ) -> [UInt8]? {
        switch version {
        case 3: return flags & 0xC0 != 0 ? nil : Array(content.dropFirst(flags & 0x20 == 0 ? 0 : 1))
        case 4:
            guard flags & 0x0C == 0 else { return nil }
            let head = (flags & 0x40 == 0 ? 0 : 1) + (flags & 0x01 == 0 ? 0 : 4)
            let rest = content.dropFirst(head)
            return flags & 0x02 != 0 || isUnsynchronised ? Id3Tag.synchronised(rest) : Array(rest)
        default: return content
        }
    }
}
