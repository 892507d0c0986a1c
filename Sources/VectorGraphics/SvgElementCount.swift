import MediaCore

/// Counts the elements that would be drawn, each as often as it is used.
struct SvgElementCount {
    private let references: SvgReferences
    private let maximum: Int
    private let ofClasses: [String: [Int]]
    /// What an element's children are painted with; gradients left out, which paint without drawing anything.
    private let passedOn: [[Int]]
    /// 0: not counted yet; -1: being counted.
    private var counts: [Int]

    /// Longer chains of references are no drawing, and would use up the stack.
    private static let maximumDepth = 1000

    private init(_ references: SvgReferences, maximum: Int) {
        func unique(_ targets: [String]) -> [Int] { Set(references.numbers(of: targets)).sorted() }
        func painting(_ targets: [String]) -> [Int] {
            unique(targets).filter { !references.elements[$0].name.hasSuffix("Gradient") }
        }
        let passedOnByClasses = references.classTargets.mapValues { painting($0.inherited) }
        self.references = references
        // No overflow: no count is larger, and no more than two are multiplied.
        self.maximum = min(maximum, 1 << 30)
        self.ofClasses = references.classTargets.mapValues { unique($0.all) }
        self.passedOn = references.elements.map { element in
            painting(element.inheritedTargets) + element.classes.flatMap { passedOnByClasses[$0] ?? [] }
        }
        self.counts = Array(repeating: 0, count: references.count)
    }

    /// - Throws: `image_too_large`; `file_damaged` where an element contains itself.
    static func check(_ references: SvgReferences, maximumElements: Int) throws(MediaError) {
        var counter = SvgElementCount(references, maximum: maximumElements)
        // The page first, then also what nothing on it names yet: definitions.
        for number in references.elements.indices { _ = try counter.count(number, depth: 0) }
    }

    private mutating func count(_ number: Int, depth: Int) throws(MediaError) -> Int {
        if self.counts[number] > 0 { return self.counts[number] }
        guard self.counts[number] == 0, depth < Self.maximumDepth else {
            throw MediaError(.fileDamaged, "The SVG refers to itself, or through too many steps.")
        }
        self.counts[number] = -1
        let element = self.references.elements[number]
        var sum = 1
        for successor in element.children + self.references.numbers(of: element.targets)
            + element.classes.flatMap({ self.ofClasses[$0] ?? [] })
        {
            sum = try self.checked(sum + self.count(successor, depth: depth + 1))
        }
        let isCopy = element.name == "use"
        var paint = 0
        for target in self.inherited(by: number) + (isCopy ? self.passedOn[number] : []) {
            // A pattern inside of what it fills does not fill itself: browsers leave it out.
            guard self.counts[target] >= 0 else { continue }
            paint = try self.checked(paint + self.count(target, depth: depth + 1))
        }
        // What is copied is painted as the copy says.
        sum = try self.checked(isCopy ? sum * (1 + paint) : sum + paint)
        self.counts[number] = sum
        return sum
    }

    /// What an element is painted with because those around it say so.
    private func inherited(by number: Int) -> [Int] {
        guard SvgVocabulary.paintedElements.contains(self.references.elements[number].name) else { return [] }
        var found: [Int] = []
        var ancestor = self.references.elements[number].parent
        while let current = ancestor {
            found += self.passedOn[current]
            ancestor = self.references.elements[current].parent
        }
        return found
    }

    private func checked(_ count: Int) throws(MediaError) -> Int {
        guard count <= self.maximum else {
            throw MediaError(
                .imageTooLarge,
                "The SVG draws more than \(self.maximum) elements, counting those that are used several times."
            )
        }
        return count
    }
}
