/// Which element holds and which names which other, to know how many elements a browser would have to draw.
///
/// `<use>` draws what it names once more, a pattern's content is painted wherever it fills: ten levels of ten references are ten thousand
/// million shapes in a file of two kilobytes. Here every reference counts as a copy, and one that children take over from their parent
/// as a copy for each of them, which is more than is drawn.
struct SvgReferences {
    /// An element as it is told to ``add(_:id:in:)``.
    struct Element {
        let name: String
        let classes: [String]
        /// What it names, by whatever attribute.
        let targets: [String]
        /// Those of `targets` that its children are painted with too.
        let inheritedTargets: [String]
        fileprivate(set) var parent: Int?
        fileprivate(set) var children: [Int] = []

        init(name: String, classes: [String], targets: [String], inheritedTargets: [String]) {
            self.name = name
            self.classes = classes
            self.targets = targets
            self.inheritedTargets = inheritedTargets
        }
    }

    /// What the style sheets' rules for a class name.
    struct ClassTargets {
        var all: [String] = []
        var inherited: [String] = []
    }

    /// A sheet with more of them, for all its classes, is nothing that a drawing program wrote.
    private static let maximumClassTargets = 100_000

    private(set) var elements: [Element] = []
    /// By their bytes, as browsers compare: for a `String`, two ways to write an accent are one.
    private var ids: [[UInt8]: Int] = [:]
    private(set) var classTargets: [String: ClassTargets] = [:]
    private var classTargetCount = 0

    /// - Returns: the element's number.
    mutating func add(_ element: Element, id: String?, in parent: Int?) -> Int {
        let number = self.elements.count
        var element = element
        element.parent = parent
        self.elements.append(element)
        if let parent { self.elements[parent].children.append(number) }
        // Browsers take the first of several.
        if let id, self.ids[Array(id.utf8)] == nil { self.ids[Array(id.utf8)] = number }
        return number
    }

    var count: Int { self.elements.count }

    /// Takes in a style sheet's references.
    /// - Returns: false where a rule with references has other selectors than classes, or other rules inside: whom it concerns would
    ///   be hard to say; and where there are too many.
    mutating func add(sheet: String) -> Bool {
        for rule in sheet.split(separator: "}") {
            let targets = StyleFilter.references(in: String(rule))
            guard !targets.isEmpty else { continue }
            let parts = rule.split(separator: "{", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return false }
            let inherited = StyleFilter.inheritedReferences(in: String(parts[1]))
            for selector in parts[0].split(separator: ",") {
                let name = selector.split { $0.isWhitespace }
                guard name.count == 1, let name = name.first, name.hasPrefix("."),
                    name.dropFirst().allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
                else { return false }
                self.classTargetCount += targets.count
                guard self.classTargetCount <= Self.maximumClassTargets else { return false }
                self.classTargets[String(name.dropFirst()), default: ClassTargets()].all += targets
                self.classTargets[String(name.dropFirst()), default: ClassTargets()].inherited += inherited
            }
        }
        return true
    }

    /// The elements that are named.
    func numbers(of targets: [String]) -> [Int] { targets.compactMap { self.ids[Array($0.utf8)] } }
}
