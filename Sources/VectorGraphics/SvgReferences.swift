import MediaCore

/// Which element holds and which names which other, to know how many elements a browser would have to draw.
///
/// `<use>` draws what it names once more, a pattern's content is painted wherever it fills: ten levels of ten references are ten thousand
/// million shapes in a file of two kilobytes. Here every reference counts as a copy, which is more than is ever drawn.
struct SvgReferences {
    private struct Element {
        var children: [Int] = []
        var targets: [String] = []
        var classes: [String] = []
    }

    private var elements: [Element] = []
    private var ids: [String: Int] = [:]
    /// What the style sheets' rules for a class name.
    private var classTargets: [String: [String]] = [:]

    /// - Returns: the element's number.
    mutating func add(id: String?, classes: [String], targets: [String], in parent: Int?) -> Int {
        let number = self.elements.count
        self.elements.append(Element(targets: targets, classes: classes))
        if let parent { self.elements[parent].children.append(number) }
        // Browsers take the first of several.
        if let id, self.ids[id] == nil { self.ids[id] = number }
        return number
    }

    var count: Int { self.elements.count }

    /// Takes in a style sheet's references.
    /// - Returns: false where a rule with references has other selectors than classes: whom it concerns would be hard to say.
    mutating func add(sheet: String) -> Bool {
        for rule in sheet.split(separator: "}") {
            let parts = rule.split(separator: "{", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let targets = StyleFilter.references(in: String(parts[1]))
            guard !targets.isEmpty else { continue }
            for selector in parts[0].split(separator: ",") {
                let name = selector.split { $0.isWhitespace }
                guard name.count == 1, let name = name.first, name.hasPrefix("."),
                    name.dropFirst().allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
                else { return false }
                self.classTargets[String(name.dropFirst()), default: []] += targets
            }
        }
        return true
    }

    /// - Throws: `image_too_large`; `file_damaged` where an element contains itself.
    func check(maximumElements: Int) throws(MediaError) {
        guard !self.elements.isEmpty else { return }
        var counter = Counter(references: self, maximum: maximumElements)
        _ = try counter.count(0, depth: 0)
        // Also what nothing on the page names yet: definitions.
        for number in self.elements.indices { _ = try counter.count(number, depth: 0) }
    }

    fileprivate func successors(of number: Int) -> [Int] {
        let element = self.elements[number]
        let targets = element.targets + element.classes.flatMap { self.classTargets[$0] ?? [] }
        return element.children + targets.compactMap { self.ids[$0] }
    }

    private struct Counter {
        let references: SvgReferences
        let maximum: Int
        /// 0: not counted yet; -1: being counted.
        var counts: [Int]

        /// Longer chains of references are no drawing, and would use up the stack.
        static let maximumDepth = 1000

        init(references: SvgReferences, maximum: Int) {
            self.references = references
            self.maximum = maximum
            self.counts = Array(repeating: 0, count: references.count)
        }

        mutating func count(_ number: Int, depth: Int) throws(MediaError) -> Int {
            if self.counts[number] > 0 { return self.counts[number] }
            guard self.counts[number] == 0, depth < Self.maximumDepth else {
                throw MediaError(.fileDamaged, "The SVG refers to itself, or through too many steps.")
            }
            self.counts[number] = -1
            var sum = 1
            for successor in self.references.successors(of: number) {
                // No overflow: every count is at most the maximum.
                sum += try self.count(successor, depth: depth + 1)
                guard sum <= self.maximum else {
                    throw MediaError(
                        .imageTooLarge,
                        "The SVG draws more than \(self.maximum) elements, counting those that are used several times."
                    )
                }
            }
            self.counts[number] = sum
            return sum
        }
    }
}
