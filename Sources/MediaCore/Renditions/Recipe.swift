/// What is to be made of a file's bytes, fully resolved: nothing else decides the bytes of a rendition.
package enum Recipe: Hashable, Sendable, Codable {
    /// One picture, of a picture or of a position in a video.
    case picture(PictureRecipe)
    /// A part of a video's storyboard.
    case storyboard(StoryboardSheet)
    /// A part of a video's stream.
    case stream(StreamPart)

    /// The recipe as text, with the version of what follows it, and the extension of what comes out: the rendition's file name
    /// in `renditions/`. Letters, digits and `-.,_` only.
    package var parameters: String {
        switch self {
        case .picture(let recipe): recipe.parameters
        case .storyboard(let sheet): sheet.parameters
        case .stream(let part): part.parameters
        }
    }

    /// The type of what comes out.
    package var type: MediaType {
        switch self {
        case .picture(let recipe): recipe.format.type
        case .storyboard(let sheet): sheet.format.type
        case .stream(let part): part.type
        }
    }
}

extension Recipe {
    /// Whether a focal point decides what is cut off.
    package var followsFocalPoint: Bool {
        if case .picture(let recipe) = self, case .focalPoint = recipe.crop { true } else { false }
    }
}
