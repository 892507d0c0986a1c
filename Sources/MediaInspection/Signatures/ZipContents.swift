/// What the names in an archive, and the type that it declares, prove.
struct ZipContents: Hashable {
    /// The content of the entry `mimetype`.
    var declaredType: String?
    /// In small letters: the telling files in the top folder and `META-INF`, and all top folders, with a slash behind them.
    private var names: Set<String> = []
    private var hasMacros = false
    private var hasPackage = false

    /// More than any document has in its top folder.
    private static let maximumNames = 10_000

    /// Takes one name. Some programs write `\` for `/`, or one in front.
    mutating func take(_ name: String) {
        let name = name.lowercased().replacing("\\", with: "/").drop { $0 == "/" }
        self.hasMacros = self.hasMacros || name.hasSuffix("vbaproject.bin")
        self.hasPackage = self.hasPackage || name.hasSuffix(".opf")
        guard self.names.count < Self.maximumNames else { return }
        if let slash = name.firstIndex(of: "/") { self.names.insert(String(name[...slash])) }
        if !name.contains("/") || name.hasPrefix("meta-inf/") || name.hasSuffix("workbook.bin") {
            self.names.insert(String(name))
        }
    }

    /// Nil for an archive of anything else.
    ///
    /// A document with macros has a type of its own, so that who allows documents does not allow programs.
    var essence: String? {
        if let declaredType, Self.declarations.contains(where: declaredType.hasPrefix) { return declaredType }
        if let office { return "application/" + office }
        if self.names.contains("[content_types].xml") {
            if self.names.contains("3d/") { return "model/3mf" }
            if self.names.contains(where: { $0.hasSuffix(".fdseq") }) { return "application/vnd.ms-xpsdocument" }
        }
        // Readers take a book without its declaration too.
        if self.names.contains("meta-inf/container.xml"), self.hasPackage { return "application/epub+zip" }
        if self.names.contains("androidmanifest.xml") { return "application/vnd.android.package-archive" }
        if self.names.contains("meta-inf/manifest.mf") { return "application/java-archive" }
        if self.names.contains("doc.kml") { return "application/vnd.google-earth.kmz" }
        return nil
    }

    /// What an entry `mimetype` may say: kinds of documents in an archive, and not whatever its writer likes to be served as.
    private static let declarations = [
        "application/vnd.oasis.opendocument.", "application/vnd.sun.xml.", "application/epub+zip",
        "application/x-krita",
        "application/vnd.adobe.indesign-idml-package", "application/hwp+zip", "application/x-hwp+zip",
        "image/openraster",
    ]

    /// Open Packaging Conventions (ECMA-376 part 2): the list of content types, and the folder of the program.
    private var office: String? {
        guard self.names.contains("[content_types].xml") else { return nil }
        if self.names.contains("xl/"), self.names.contains("xl/workbook.bin") {
            return "vnd.ms-excel.sheet.binary.macroenabled.12"
        }
        let family = Self.families.first { self.names.contains($0.folder) }
        return family.map { self.hasMacros ? $0.macros : $0.plain }
    }

    private static let families: [(folder: String, plain: String, macros: String)] = [
        (
            "word/", "vnd.openxmlformats-officedocument.wordprocessingml.document",
            "vnd.ms-word.document.macroenabled.12"
        ),
        ("xl/", "vnd.openxmlformats-officedocument.spreadsheetml.sheet", "vnd.ms-excel.sheet.macroenabled.12"),
        (
            "ppt/", "vnd.openxmlformats-officedocument.presentationml.presentation",
            "vnd.ms-powerpoint.presentation.macroenabled.12"
        ),
        ("visio/", "vnd.ms-visio.drawing", "vnd.ms-visio.drawing.macroenabled.12"),
    ]
}
