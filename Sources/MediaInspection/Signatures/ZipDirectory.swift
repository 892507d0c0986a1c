import MediaCore

/// The names in a zip file's central directory: what tells a document from any other archive, wherever its parts lie.
///
/// Source: PKWARE APPNOTE.TXT sections 4.3.12 and 4.3.16.
struct ZipDirectory: Hashable {
    var names: Set<String>
    /// The content of a stored first entry called `mimetype` (OpenDocument part 2 section 3.3, EPUB OCF section 4.3).
    var declaredType: String?

    private static let maximumEntries = 2000
    private static let maximumDirectoryBytes = 1 << 20

    /// - Throws: `truncated` where the end of the archive is missing, `malformed` where it leads nowhere.
    static func parse(_ base: some ByteSource) throws(ContainerFault) -> ZipDirectory {
        var reader = MeteredReader(base)
        // The end record has 22 bytes and a comment of up to 65,535.
        let tailStart = max(0, reader.length - 65557)
        let tail = try reader.read(at: tailStart, upTo: Int(reader.length - tailStart))
        guard let end = Self.endRecord(tail), let size = tail.littleEndian(end + 12, width: 4),
            let offset = tail.littleEndian(end + 16, width: 4)
        else { throw .truncated("zip without its end") }
        let isZip64 = offset == 0xFFFF_FFFF || size == 0xFFFF_FFFF
        guard isZip64 || Int64(offset + size) <= tailStart + Int64(end) else { throw .malformed("zip directory") }
        var directory = ZipDirectory(names: [], declaredType: try Self.declaredType(&reader))
        guard !isZip64 else { return directory }
        let bytes = try reader.read(at: Int64(offset), upTo: min(Int(size), Self.maximumDirectoryBytes))
        directory.names = Self.names(bytes)
        return directory
    }

    private static func endRecord(_ tail: ByteFields) -> Int? {
        stride(from: tail.count - 22, through: 0, by: -1).first { tail.starts(with: [0x50, 0x4B, 5, 6], at: $0) }
    }

    private static func names(_ bytes: ByteFields) -> Set<String> {
        var names: Set<String> = []
        var position = 0
        while names.count < Self.maximumEntries, bytes.starts(with: [0x50, 0x4B, 1, 2], at: position),
            let name = bytes.littleEndian(position + 28, width: 2),
            let extra = bytes.littleEndian(position + 30, width: 2),
            let comment = bytes.littleEndian(position + 32, width: 2)
        {
            let start = position + 46
            let end = start + Int(name)
            guard end <= bytes.count else { break }
            names.insert(String(decoding: bytes.bytes[start..<end], as: UTF8.self))
            position = end + Int(extra) + Int(comment)
        }
        return names
    }

    private static func declaredType(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> String? {
        let head = try reader.read(at: 0, upTo: 200)
        guard head.starts(with: [0x50, 0x4B, 3, 4]), head.littleEndian(8, width: 2) == 0,
            let nameLength = head.littleEndian(26, width: 2), let extra = head.littleEndian(28, width: 2),
            let size = head.littleEndian(18, width: 4), nameLength == 8, size > 0, size < 120
        else { return nil }
        let start = 38 + Int(extra)
        guard head.starts(with: Array("mimetype".utf8), at: 30), start + Int(size) <= head.count else { return nil }
        let text = String(decoding: head.bytes[start..<start + Int(size)], as: UTF8.self)
        return text.allSatisfy { $0.isASCII && !$0.isWhitespace } ? text : nil
    }

    /// The media type that the names prove; nil for an archive of anything else.
    ///
    /// A document with macros has a type of its own, so that who allows documents does not allow programs.
    var essence: String? {
        if let declaredType, declaredType.hasPrefix("application/") { return declaredType }
        guard self.names.contains("[Content_Types].xml") else { return nil }
        let families: [(part: String, plain: String, macros: String)] = [
            (
                "word/", "vnd.openxmlformats-officedocument.wordprocessingml.document",
                "vnd.ms-word.document.macroenabled.12"
            ),
            ("xl/", "vnd.openxmlformats-officedocument.spreadsheetml.sheet", "vnd.ms-excel.sheet.macroenabled.12"),
            (
                "ppt/", "vnd.openxmlformats-officedocument.presentationml.presentation",
                "vnd.ms-powerpoint.presentation.macroenabled.12"
            ),
        ]
        guard let family = families.first(where: { family in self.names.contains { $0.hasPrefix(family.part) } }) else {
            return nil
        }
        let hasMacros = self.names.contains { $0.lowercased().hasSuffix("vbaproject.bin") }
        return "application/" + (hasMacros ? family.macros : family.plain)
    }
}
