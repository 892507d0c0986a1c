import MediaCore

/// Writes what a ``MarkupReader`` tells, without what is not known to be harmless.
final class SvgSanitizer: MarkupHandler {
    private(set) var refusal: MediaError?
    private(set) var references = SvgReferences()

    private var writer = MarkupWriter()
    private let maximumElements: Int
    private let elements: Set<String>
    private let isSized: Bool
    /// The elements that are being written, outermost first.
    private var open: [Open] = []
    /// How many elements deep inside something that is left out.
    private var skipped = 0
    /// The text of a style sheet, which is judged as a whole.
    private var sheet = ""

    private struct Open {
        var name: String
        var number: Int
    }

    init(maximumElements: Int, keepsText: Bool, isSized: Bool = false) {
        self.isSized = isSized
        self.maximumElements = maximumElements
        self.elements = keepsText ? SvgVocabulary.elements : SvgVocabulary.elements.subtracting(["text"])
    }

    /// Whether there was a root element `svg`.
    var hasRoot: Bool { self.references.count > 0 }

    var output: [UInt8] {
        var writer = self.writer
        writer.endDocument()
        return writer.bytes
    }

    func begin(_ name: MarkupName, attributes: [MarkupAttribute]) {
        // Some programs leave the namespace out.
        let isSvg = name.namespace == nil || name.namespace == SvgVocabulary.namespace
        // A link without its address is a group.
        let local = name.local == "a" ? "g" : name.local
        guard self.skipped == 0, isSvg, self.elements.contains(local), !self.open.isEmpty || local == "svg",
            self.open.last?.name != "style"
        else {
            self.skipped += 1
            return
        }
        guard self.references.count < self.maximumElements else {
            self.refusal = MediaError(.imageTooLarge, "The SVG has more than \(self.maximumElements) elements.")
            return
        }
        let kept = self.kept(attributes, of: local)
        func value(_ name: String) -> String? { kept.first { $0.name == name }?.value }
        let element = SvgReferences.Element(
            name: local,
            classes: value("class")?.split { $0.isWhitespace }.map(String.init) ?? [],
            targets: kept.flatMap(Self.targets),
            inheritedTargets: kept.flatMap(Self.inheritedTargets)
        )
        let number = self.references.add(element, id: value("id"), in: self.open.last?.number)
        self.open.append(Open(name: local, number: number))
        let declarations =
            number == 0
            ? [("xmlns", SvgVocabulary.namespace), ("xmlns:xlink", SvgVocabulary.linkNamespace)] : []
        self.writer.begin(local, attributes: declarations + (number == 0 && self.isSized ? Self.sized(kept) : kept))
    }

    func end() {
        if self.skipped > 0 {
            self.skipped -= 1
            return
        }
        guard let element = self.open.popLast() else { return }
        if element.name == "style" {
            if let sheet = StyleFilter.sheet(self.sheet), self.references.add(sheet: sheet) { self.writer.text(sheet) }
            self.sheet = ""
        }
        self.writer.end(element.name)
    }

    func text(_ text: String) {
        guard self.skipped == 0, let element = self.open.last, SvgVocabulary.elementsWithText.contains(element.name)
        else { return }
        if element.name == "style" { self.sheet += text } else { self.writer.text(text) }
    }

    private static func sized(_ attributes: [(name: String, value: String)]) -> [(name: String, value: String)] {
        let size = SvgSize(attributes)
        return attributes.filter { $0.name != "width" && $0.name != "height" }
            + [("width", "\(size.width)"), ("height", "\(size.height)")]
    }

    private func kept(_ attributes: [MarkupAttribute], of element: String) -> [(name: String, value: String)] {
        attributes.compactMap { attribute in
            let (name, value) = (attribute.name.local, attribute.value)
            switch attribute.name.namespace {
            case SvgVocabulary.xmlNamespace where name == "lang" || name == "space": return ("xml:\(name)", value)
            case SvgVocabulary.linkNamespace where name == "href":
                return Self.isLocal(value, in: element) ? ("xlink:href", value) : nil
            case nil where name == "href": return Self.isLocal(value, in: element) ? (name, value) : nil
            case nil where SvgVocabulary.attributes.contains(name):
                // An identifier or a path is no style; everything else may be read as one.
                // Every name may bring what a sheet says of it.
                if name == "class", value.split(whereSeparator: \.isWhitespace).count > 100 { return nil }
                if ["id", "class", "d", "points", "lang"].contains(name) { return (name, value) }
                // On every child it would be one more copy that nobody counts.
                if !StyleFilter.isInherited(name), value.lowercased().contains("inherit") { return nil }
                return StyleFilter.declarations(value).map { (name, $0) }
            default: return nil
            }
        }
    }

    private static func isLocal(_ address: String, in element: String) -> Bool {
        if address.hasPrefix("#") {
            return element != "image" && StyleFilter.isPlain(fragment: address.utf8.dropFirst())
        }
        return element == "image" && SvgVocabulary.embeddedPictures.contains { address.lowercased().hasPrefix($0) }
    }

    private static func inheritedTargets(of attribute: (name: String, value: String)) -> [String] {
        switch attribute.name {
        case "style": StyleFilter.inheritedReferences(in: attribute.value)
        case let name where StyleFilter.isInherited(name) && !name.hasSuffix("href"): Self.targets(of: attribute)
        default: []
        }
    }

    private static func targets(of attribute: (name: String, value: String)) -> [String] {
        switch attribute.name {
        case "href", "xlink:href": attribute.value.hasPrefix("#") ? [String(attribute.value.dropFirst())] : []
        case "id", "class", "d", "points": []
        default: StyleFilter.references(in: attribute.value)
        }
    }
}
