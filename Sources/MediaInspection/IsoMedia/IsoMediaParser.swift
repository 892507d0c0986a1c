import IsoMedia
import MediaCore

/// Reads the structure of an ISO base media file, wherever its parts lie, without touching the media in it.
///
/// Sources: ISO/IEC 14496-12 (sections 4, 6.2.3, 8), Apple's QuickTime File Format Specification.
struct IsoMediaParser<Base: ByteSource> {
    var reader: MeteredReader<Base>
    /// Boxes left to read: a fragmented recording has a hundred thousand side by side, a bomb has millions.
    private var topLevelBoxesLeft = 200_000
    /// Those inside of others.
    var boxesLeft = 50_000

    init(_ base: Base) {
        self.reader = MeteredReader(base, reads: 500_000, bytes: 256 << 20)
    }

    /// The facts, and proof that no top-level box runs past the end of the file.
    /// - Throws: ``ContainerFault``: `truncated` for a cut-off file, `malformed` for a contradiction, `tooComplex`.
    static func parse(_ base: Base) throws(ContainerFault) -> IsoMediaFacts {
        var parser = IsoMediaParser(base)
        return try parser.parseFile()
    }

    private mutating func parseFile() throws(ContainerFault) -> IsoMediaFacts {
        var facts = IsoMediaFacts()
        var offset: Int64 = 0
        var hasMedia = false
        var hasMediaData = false
        while true {
            // Cameras append things of their own after the last box, which are none; what came before them is whole.
            let mayEnd = hasMediaData && (facts.movie != nil || facts.brands?.still != nil)
            let box: FileBox
            do {
                guard let next = try self.topLevelBox(at: offset) else { break }
                box = next
            } catch {
                let type = try self.reader.read(at: offset + 4, upTo: 4).fourCC(0)
                if mayEnd, type.map(FileBox.topLevelTypes.contains) != true { break }
                throw error
            }
            if !box.type.isPlausible || box.end > self.reader.length {
                if mayEnd, !FileBox.topLevelTypes.contains(box.type) { break }
                throw box.type.isPlausible ? .truncated("box \(box.type)") : .malformed("box at \(offset)")
            }
            switch box.type {
            case "ftyp": if facts.brands == nil { facts.brands = try self.brands(box) }
            case "moov":
                if facts.movie == nil {
                    facts.movie = try self.movie(box)
                    if hasMedia { facts.isProgressive = false }
                }
            case "moof":
                if var movie = facts.movie {
                    // Out of the facts while it changes: one owner, no copy.
                    facts.movie = nil
                    try self.fragment(box, of: &movie)
                    facts.movie = movie
                }
            case "mdat":
                if !hasMedia, facts.movie != nil { facts.isProgressive = true }
                (hasMedia, hasMediaData, facts.hasMediaData) = (true, true, true)
            case "meta": hasMediaData = true
            default: break
            }
            offset = box.end
        }
        if let counted = facts.movie?.secondsInFragments, counted > 0 { facts.movie?.durationSeconds = counted }
        return facts
    }

    /// The next box; nil at the end of the file, and when so many have been seen that the rest is taken on trust.
    private mutating func topLevelBox(at offset: Int64) throws(ContainerFault) -> FileBox? {
        guard self.topLevelBoxesLeft > 0 else { return nil }
        self.topLevelBoxesLeft -= 1
        return try self.box(at: offset, limit: self.reader.length)
    }

    /// The box at `offset`; nil where fewer than 8 bytes are left. It may say that it ends behind `limit`.
    private mutating func box(at offset: Int64, limit: Int64) throws(ContainerFault) -> FileBox? {
        guard limit - offset >= 8 else { return nil }
        let bytes = try self.reader.read(at: offset, upTo: BoxHeader.maximumBytes).bytes
        do throws(BoxHeader.Flaw) {
            return try BoxHeader(bytes.span)?.box(at: offset, limit: limit)
        } catch {
            switch error {
            case .truncated(let type): throw .truncated("box \(type)")
            case .size(let type): throw .malformed("size of box \(type)")
            }
        }
    }

    private mutating func brands(_ box: FileBox) throws(ContainerFault) -> FileTypeBrands? {
        FileTypeBrands(payload: try self.reader.read(at: box.content, upTo: Int(min(256, box.end - box.content))))
    }

    /// Runs `visit` on the boxes inside `parent`.
    /// - Throws: `malformed` when a child runs past its parent; `tooComplex` when the allowance is used up.
    mutating func children(
        of parent: FileBox,
        skipping prefix: Int64 = 0,
        _ visit: (inout Self, FileBox) throws(ContainerFault) -> Void
    ) throws(ContainerFault) {
        var offset = parent.content + prefix
        while let box = try self.box(at: offset, limit: parent.end) {
            guard self.boxesLeft > 0 else { throw .tooComplex("too many boxes") }
            self.boxesLeft -= 1
            guard box.end <= parent.end else { throw .malformed("box \(box.type) in \(parent.type)") }
            try visit(&self, box)
            offset = box.end
        }
    }

    /// The first bytes of a box's content.
    mutating func fields(of box: FileBox, upTo count: Int) throws(ContainerFault) -> ByteFields {
        try self.reader.read(at: box.content, upTo: Int(min(Int64(count), max(0, box.end - box.content))))
    }
}
