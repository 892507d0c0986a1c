/// Whether bytes that come in pieces are a table as text (RFC 4180 section 2): the same number of fields, two at least, in every one of
/// two lines at least.
///
/// People write commas as well, and as many of them in each line as chance has it. So this is strict where letters and tables differ: no
/// field begins or ends with a space outside of quotes, and every column has a name.
struct TableProgress {
    private enum Place {
        case fieldStart, bare, quoted
        /// Behind a quote inside of quotes: the end of the field, or the first of two.
        case quoteInQuotes
    }

    private let separator: UInt8
    private var place = Place.fieldStart
    private var last: UInt8 = 0
    private var fields = 0
    private var columns = 0
    private var lines = 0
    private var isBroken = false

    /// - Parameter head: the beginning of the text, without a byte order mark. Its first line tells what separates the fields.
    /// - Returns: nil where nothing does.
    init?(head: ArraySlice<UInt8>) {
        let line = head.prefix { $0 != 0x0A && $0 != 0x0D }
        let counts = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].map { separator in
            (separator, line.count { $0 == separator })
        }
        guard let most = counts.max(by: { $0.1 < $1.1 }), most.1 > 0 else { return nil }
        self.separator = most.0
    }

    /// `text/csv`, or `text/tab-separated-values`; nil where it is no table.
    func essence() -> String? {
        var whole = self
        if whole.last != 0x0A { whole.endLine() }
        guard !whole.isBroken, whole.place != .quoted, whole.lines >= 2 else { return nil }
        return self.separator == 0x09 ? "text/tab-separated-values" : "text/csv"
    }

    /// False once it is none. Ask no more then.
    mutating func take(_ byte: UInt8) -> Bool {
        defer { self.last = byte }
        switch self.place {
        case .quoted:
            if byte == UInt8(ascii: "\"") { self.place = .quoteInQuotes }
        case .quoteInQuotes where byte == UInt8(ascii: "\""):
            self.place = .quoted
        case .fieldStart, .bare, .quoteInQuotes:
            switch byte {
            case self.separator: self.endField()
            case 0x0A: self.endLine()
            case 0x0D: break
            case UInt8(ascii: "\"") where self.place == .fieldStart: self.place = .quoted
            default:
                // A space begins the field of a sentence; anything behind closed quotes, or quotes within, is no table.
                self.isBroken =
                    self.isBroken || self.place == .quoteInQuotes || byte == UInt8(ascii: "\"")
                    || self.place == .fieldStart && byte == 0x20
                self.place = .bare
            }
        }
        return !self.isBroken
    }

    private mutating func endField() {
        let isEmpty = self.place == .fieldStart
        if self.last == 0x20, self.place == .bare || self.lines == 0 && isEmpty { self.isBroken = true }
        if self.lines == 0, isEmpty { self.isBroken = true }
        self.fields += 1
        self.place = .fieldStart
    }

    private mutating func endLine() {
        // One empty line at the very end is common.
        if self.fields == 0, self.place == .fieldStart { return }
        self.endField()
        if self.lines == 0 { self.columns = self.fields }
        if self.fields != self.columns || self.columns < 2 { self.isBroken = true }
        self.fields = 0
        self.lines += 1
    }
}
