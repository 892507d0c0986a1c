package import MediaClient

/// What a file is for, and with it where it lies at mediad and what it may be.
package enum FilePurpose: String, Sendable, CaseIterable {
    case poster, trailer, avatar

    /// mediad's collection of such files. All three are there in mediad's own configuration.
    package var collection: String {
        switch self {
        case .poster: "posters"
        case .trailer: "videos"
        case .avatar: "avatars"
        }
    }

    /// Bytes of such a file, at most; where the collection takes less, mediad refuses earlier.
    package var maximumBytes: Int {
        switch self {
        case .poster: 50 << 20
        case .trailer: 20 << 30
        case .avatar: 20 << 20
        }
    }

    /// The types that a grant allows; nil: those of the collection. `videos` takes subtitles and sounds too, which are no trailers.
    package var types: [String]? { self == .trailer ? ["video/*"] : nil }

    /// What is said of a file that is none for this.
    var text: ProblemText.Key {
        switch self {
        case .poster: .posterWanted
        case .trailer: .trailerWanted
        case .avatar: .avatarWanted
        }
    }

    /// Whether a file may be used so. Its bytes decided its type.
    package func accepts(_ file: MediaFile) -> Bool {
        file.collection == self.collection && file.type.hasPrefix(self == .trailer ? "video/" : "image/")
    }

    /// Whose name a file's name begins with: the film's, or the account's. The rest is chosen anew for each file, so that none
    /// takes the place of another before it is linked.
    static func subject(ofName name: String) -> RecordID? { RecordID(name.prefix { $0 != "/" }) }
}
