/// What lies in the root of a compound file: a document inside of the document lies deeper, and does not count.
struct CompoundFileRoot: Hashable {
    /// In capitals, as they are compared ([MS-CFB] section 2.6.4).
    let names: Set<String>
    let classID: [UInt8]

    /// - Parameter entries: all of the directory; the first is the root.
    init(_ entries: [CompoundFileEntry]) {
        self.classID = entries.first?.classID ?? []
        var names: Set<String> = []
        var waiting = [entries.first?.child ?? -1]
        var seen: Set<Int> = []
        // The entries of a storage are a tree of siblings.
        while let index = waiting.popLast() {
            guard entries.indices.contains(index), seen.insert(index).inserted else { continue }
            names.insert(entries[index].name.uppercased())
            waiting += [entries[index].left, entries[index].right]
        }
        // Some programs write trees that lead nowhere.
        self.names = names.isEmpty ? Set(entries.dropFirst().map { $0.name.uppercased() }) : names
    }

    /// What wrote it; `application/x-ole-storage` for what is not known.
    var essence: String {
        for (name, essence) in Self.streams where self.names.contains(name.uppercased()) { return essence }
        if let first = self.classID.first, Self.installerKinds.contains(first),
            self.classID.dropFirst() == Self.installer
        {
            return "application/x-msi"
        }
        return "application/x-ole-storage"
    }

    /// By the stream that only this program writes, the most telling first.
    private static let streams: [(name: String, essence: String)] = [
        ("WordDocument", "application/msword"),
        ("Workbook", "application/vnd.ms-excel"),
        ("Book", "application/vnd.ms-excel"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("PP40", "application/vnd.ms-powerpoint"),
        ("VisioDocument", "application/vnd.visio"),
        ("__properties_version1.0", "application/vnd.ms-outlook"),
        ("Quill", "application/x-mspublisher"),
        ("MatOST", "application/vnd.ms-works"),
        ("HwpSummaryInformation", "application/x-hwp"),
        ("\u{5}HwpSummaryInformation", "application/x-hwp"),
        ("Props12", "application/vnd.ms-project"),
        ("Props14", "application/vnd.ms-project"),
    ]

    /// {000C1084-0000-0000-C000-000000000046} and its neighbours: packages, transforms and patches of Windows Installer.
    private static let installerKinds: Set<UInt8> = [0x82, 0x84, 0x86]
    private static let installer: ArraySlice<UInt8> = [0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]
}
