/// The tags that decoders of TIFF and DNG need: everything that decides what is seen. The others tell who, when, where and with what.
///
/// Sources: TIFF 6.0, its technical notes, Adobe's TIFF extensions, TIFF/EP, and the DNG specification 1.7.
enum TiffTags {
    static let (strips, stripLengths, tiles, tileLengths) = (273, 279, 324, 325)
    static let (subDirectories, jpegStream, jpegLength) = (330, 513, 514)
    /// Directories whose values go with them: EXIF, positions, interoperability.
    static let directoriesThatGo = [34665, 34853, 40965]
    /// In EXIF, and what Sony's raw photographs keep the like in.
    static let (makerNote, makerData, dngVersion) = (37500, 50740, 50706)

    static func isNeeded(_ tag: Int) -> Bool { self.needed.contains(tag) || self.neededOfRaw.contains(tag) }

    private static let needed: Set<Int> = [
        // What it is, its size, how it is stored.
        254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 286,
        287,
        // Curves, fax, units, number of the page, transfer function, predictor, white point, primaries, colours.
        290, 291, 292, 293, 296, 297, 300, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330,
        // Inks, further samples, their format and range, tables of JPEG.
        332, 333, 334, 336, 338, 339, 340, 341, 342, 346, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521,
        // YCbCr, reference black, rows of strips; SGI's and others' depth; LERC; the ICC profile; Lab.
        529, 530, 531, 532, 559, 32995, 32996, 32997, 32998, 34675, 34677, 37439, 50674,
    ]

    /// Mosaics, and DNG: without serial numbers, owners, names of files and programs, digests of the original and dates. The camera's
    /// model stays in DNG's own tag (50708): profiles are found by it.
    private static let neededOfRaw: Set<Int> = Set([33421, 33422, 50706, 50707, 50708])
        .union(50710...50734).union([50737, 50738, 50739, 50778, 50779, 50780, 50829, 50830])
        .union(50831...50834).union([50879]).union(50931...50932).union(50936...50942)
        .union([50964, 50965, 50970, 50972, 50974, 50975, 50981, 50982, 51008, 51009, 51022, 51041, 51044])
        .union(51089...51091).union(51107...51112).union([51125]).union(51177...51182).union([52525, 52526, 52528])
        .union(52529...52538).union([52543, 52544, 52547, 52551, 52552, 52553, 52554, 52555, 52556])
}
