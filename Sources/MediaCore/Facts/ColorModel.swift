/// What the numbers of a picture's pixels mean, as they lie in the file.
package enum ColorModel: String, Hashable, Sendable, Codable, CaseIterable {
    case rgb
    case grey
    /// For the press: browsers show such a JPEG wrongly or not at all.
    case cmyk
    /// Lab, YCCK that stays undecoded, and the like.
    case other
}
