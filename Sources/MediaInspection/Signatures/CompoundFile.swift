import MediaCore

/// Microsoft's compound file: a small file system, whose root names the program that wrote it.
///
/// The root's entries lie anywhere in the file, behind all that libmagic is given. They are found as programs find them: by the chain
/// of sectors.
///
/// Source: [MS-CFB] sections 2.2 (header), 2.3 (FAT), 2.5 (DIFAT), 2.6 (directory).
struct CompoundFile<Base: ByteSource> {
    private var reader: MeteredReader<Base>
    private let sectorBytes: Int
    /// The sectors that hold the table of chains.
    private var tables: [UInt32] = []

    /// Sectors of the directory that are read: 4,000 entries in a file of 512-byte sectors.
    private static var maximumSectors: Int { 1000 }
    private static var end: UInt32 { 0xFFFF_FFFA }

    /// The names of the root's entries and its class.
    /// - Throws: `truncated` where the directory lies past the end of the file, `malformed` where nothing leads to it.
    static func root(_ base: Base) throws(ContainerFault) -> CompoundFileRoot {
        var file = try CompoundFile(base)
        return try file.readRoot()
    }

    private init(_ base: Base) throws(ContainerFault) {
        self.reader = MeteredReader(base, reads: 10_000)
        let header = try self.reader.read(at: 0, upTo: 512)
        guard header.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) else {
            throw .malformed("no header")
        }
        guard let shift = header.littleEndian(0x1E, width: 2), header.count == 512 else { throw .truncated("header") }
        guard shift == 9 || shift == 12 else { throw .malformed("sector size") }
        self.sectorBytes = 1 << Int(shift)
        self.firstDirectorySector = UInt32(header.littleEndian(0x30, width: 4) ?? UInt64(Self.end))
        self.tables = (0..<109).compactMap { header.littleEndian(0x4C + 4 * $0, width: 4).map(UInt32.init) }
        var next = UInt32(header.littleEndian(0x44, width: 4) ?? UInt64(Self.end))
        // 100 sectors of places of tables: a file of 800 MB and more.
        for _ in 0..<100 where next < Self.end {
            let sector = try self.sector(next)
            let numbers = self.sectorBytes / 4 - 1
            self.tables += (0..<numbers).compactMap { sector.littleEndian(4 * $0, width: 4).map(UInt32.init) }
            next = UInt32(sector.littleEndian(4 * numbers, width: 4) ?? UInt64(Self.end))
        }
    }

    private let firstDirectorySector: UInt32

    private mutating func readRoot() throws(ContainerFault) -> CompoundFileRoot {
        var entries: [CompoundFileEntry] = []
        var sector = self.firstDirectorySector
        for _ in 0..<Self.maximumSectors where sector < Self.end {
            let bytes = try self.sector(sector)
            entries += stride(from: 0, to: bytes.count - 127, by: 128).map { CompoundFileEntry(bytes, at: $0) }
            sector = try self.next(after: sector)
        }
        guard let root = entries.first, root.isRoot else { throw .malformed("no root directory") }
        return CompoundFileRoot(entries)
    }

    private mutating func sector(_ number: UInt32) throws(ContainerFault) -> ByteFields {
        let fields = try self.reader.read(at: (Int64(number) + 1) * Int64(self.sectorBytes), upTo: self.sectorBytes)
        // The last sector is not always written to its end.
        guard fields.count >= 128 else { throw .truncated("sector \(number)") }
        return fields
    }

    /// The following sector of a chain.
    private mutating func next(after sector: UInt32) throws(ContainerFault) -> UInt32 {
        let perTable = UInt32(self.sectorBytes / 4)
        let table = Int(sector / perTable)
        guard table < self.tables.count, self.tables[table] < Self.end else { throw .malformed("chain of sectors") }
        let place = (Int64(self.tables[table]) + 1) * Int64(self.sectorBytes) + Int64(sector % perTable) * 4
        guard let next = try self.reader.read(at: place, upTo: 4).littleEndian(0, width: 4) else {
            throw .truncated("table of sectors")
        }
        return UInt32(next)
    }
}

/// An entry of the directory ([MS-CFB] section 2.6.1).
struct CompoundFileEntry: Hashable {
    /// In the case it has; empty for an entry that is not used.
    var name: String
    var isRoot: Bool
    var left: Int
    var right: Int
    var child: Int
    /// The class of a storage, as its bytes stand there.
    var classID: [UInt8]

    init(_ fields: ByteFields, at offset: Int) {
        let bytes = Int(fields.littleEndian(offset + 64, width: 2) ?? 0)
        let units = stride(from: 0, to: min(max(0, bytes - 2), 62), by: 2).compactMap {
            fields.littleEndian(offset + $0, width: 2).map(UInt16.init(truncatingIfNeeded:))
        }
        self.name = String(decoding: units, as: UTF16.self)
        self.isRoot = fields.u8(offset + 66) == 5
        func link(_ place: Int) -> Int { Int(fields.littleEndian(offset + place, width: 4) ?? 0xFFFF_FFFF) }
        (self.left, self.right, self.child) = (link(68), link(72), link(76))
        self.classID = Array(fields.bytes[min(offset + 80, fields.count)..<min(offset + 96, fields.count)])
    }
}
