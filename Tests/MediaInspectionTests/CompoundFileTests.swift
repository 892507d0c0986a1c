import MediaCore
import Testing

@testable import MediaInspection

@Suite("Office documents of the binary formats (G1)")
struct CompoundFileTests {
    private func sniff(_ bytes: [UInt8]) throws -> Sniffed {
        try TypeSniffer(database: MagicDatabase()).sniff(BytesInMemory(bytes))
    }

    private static let programs: [(String, String, String)] = [
        ("WordDocument", "application/msword", "doc"), ("Workbook", "application/vnd.ms-excel", "xls"),
        ("Book", "application/vnd.ms-excel", "xls"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint", "ppt"),
        ("VisioDocument", "application/vnd.visio", "vsd"),
        ("__properties_version1.0", "application/vnd.ms-outlook", "msg"), ("Quill", "application/x-mspublisher", "pub"),
    ]

    @Test("the directory tells the program, wherever it lies in the file", arguments: Self.programs)
    func program(stream: String, essence: String, fileExtension: String) throws {
        for (shift, before) in [(9, 0), (9, 200), (9, 20_000), (12, 40)] {
            let file = CompoundFileBuilder.file(
                ["\u{5}SummaryInformation", stream],
                sectorShift: shift,
                sectorsBefore: before
            )
            let type = try self.sniff(file).type
            #expect(type.essence == essence, "\(shift) \(before)")
            #expect(type.fileExtension == fileExtension)
        }
    }

    @Test("a document inside of the document does not count")
    func embedded() throws {
        let file = CompoundFileBuilder.file(["WordDocument"], deeper: ["Workbook"], sectorsBefore: 300)
        #expect(try self.sniff(file).type == .doc)
        let unknown = CompoundFileBuilder.file(["Contents"], deeper: ["WordDocument"], sectorsBefore: 300)
        #expect(try self.sniff(unknown).type.essence == "application/x-ole-storage")
    }

    @Test("an installer by its class")
    func installer() throws {
        let classID: [UInt8] = [0x84, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]
        let file = CompoundFileBuilder.file(["x"], classID: classID, sectorsBefore: 300)
        #expect(try self.sniff(file).type.essence == "application/x-msi")
    }

    @Test("cut off in front of the directory it is damaged; a chain that runs in circles ends")
    func broken() throws {
        let file = CompoundFileBuilder.file(["WordDocument"], sectorsBefore: 300)
        let cut = try self.sniff(Array(file.prefix(100 * 512)))
        guard case .broken(.truncated) = cut.container else {
            Issue.record("\(cut.container)")
            return
        }
        // The chain of the directory (its sector is 303, the tables are 0 to 2) leads back to itself.
        var circle = file
        let place = 512 + 303 * 4
        #expect(circle[place..<place + 4].elementsEqual([0xFE, 0xFF, 0xFF, 0xFF]))
        circle.replaceSubrange(place..<place + 4, with: [0x2F, 1, 0, 0])
        #expect(try self.sniff(circle).type == .doc)
    }
}

/// Builds compound files: header, tables of sectors, free sectors, the directory.
enum CompoundFileBuilder {
    static func file(
        _ root: [String],
        deeper: [String] = [],
        classID: [UInt8] = [UInt8](repeating: 0, count: 16),
        sectorShift: Int = 9,
        sectorsBefore: Int = 0
    ) -> [UInt8] {
        let sectorBytes = 1 << sectorShift
        let perTable = sectorBytes / 4
        let entries = self.entries(root, deeper, classID)
        let directorySectors = (entries.count * 128 + sectorBytes - 1) / sectorBytes
        // As many tables as the sectors need, themselves included.
        var tables = 1
        while tables * perTable < tables + sectorsBefore + directorySectors { tables += 1 }
        let first = tables + sectorsBefore
        var chains = [UInt32](repeating: 0xFFFF_FFFF, count: tables * perTable)
        for table in 0..<tables { chains[table] = 0xFFFF_FFFD }
        for index in 0..<directorySectors {
            chains[first + index] = index + 1 < directorySectors ? UInt32(first + index + 1) : 0xFFFF_FFFE
        }
        var header: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 16)
        header += self.le(0x3E, 2) + self.le(sectorShift == 9 ? 3 : 4, 2) + self.le(0xFFFE, 2) + self.le(sectorShift, 2)
        header += self.le(6, 2) + [UInt8](repeating: 0, count: 10)
        header += self.le(tables, 4) + self.le(first, 4) + self.le(0, 4) + self.le(4096, 4) + self.le(0xFFFF_FFFE, 4)
        header += self.le(0, 4)
        // Places of tables beyond the header's 109 stand in a sector of their own, behind everything.
        let listed = (0..<tables).map { self.le($0, 4) }
        let more = listed.dropFirst(109).flatMap { $0 }
        header += self.le(more.isEmpty ? 0xFFFF_FFFE : first + directorySectors, 4) + self.le(more.isEmpty ? 0 : 1, 4)
        header += listed.prefix(109).flatMap { $0 }
        header += [UInt8](repeating: 0xFF, count: 512 - header.count)
        var file = header + [UInt8](repeating: 0, count: sectorBytes - 512)
        file += chains.flatMap { self.le(Int($0), 4) }
        file += [UInt8](repeating: 0x20, count: sectorsBefore * sectorBytes)
        file += entries.flatMap { $0 }
        file += [UInt8](repeating: 0, count: directorySectors * sectorBytes - entries.count * 128)
        if !more.isEmpty { file += more + [UInt8](repeating: 0xFF, count: sectorBytes - more.count) }
        return file
    }

    /// The root, its entries as a list to the right, and a storage with entries of its own.
    private static func entries(_ root: [String], _ deeper: [String], _ classID: [UInt8]) -> [[UInt8]] {
        let names = root + (deeper.isEmpty ? [] : ["ObjectPool"])
        var entries = [self.entry("Root Entry", kind: 5, child: 1, classID: classID)]
        for (index, name) in names.enumerated() {
            let right = index + 1 < names.count ? index + 2 : -1
            let isStorage = index == root.count
            entries.append(
                self.entry(name, kind: isStorage ? 1 : 2, right: right, child: isStorage ? names.count + 1 : -1)
            )
        }
        for (index, name) in deeper.enumerated() {
            entries.append(self.entry(name, kind: 2, right: index + 1 < deeper.count ? names.count + index + 2 : -1))
        }
        return entries
    }

    private static func entry(
        _ name: String,
        kind: UInt8,
        right: Int = -1,
        child: Int = -1,
        classID: [UInt8] = [UInt8](repeating: 0, count: 16)
    ) -> [UInt8] {
        let units = Array(name.utf16).flatMap { self.le(Int($0), 2) }
        var entry = units + [UInt8](repeating: 0, count: 64 - units.count)
        entry +=
            self.le(units.count + 2, 2) + [kind, 1] + self.le(-1, 4) + self.le(right, 4) + self.le(child, 4) + classID
        return entry + [UInt8](repeating: 0, count: 128 - entry.count)
    }

    private static func le(_ number: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
