import HTTPTypes
import Hummingbird
import Primitives

/// Signs the addresses of what a playlist or a track names, where it was asked for by a signed address itself: whoever may read it may
/// read its parts, as long as it.
///
/// A player resolves the addresses against that of the request, so what is signed begins with the request's path, byte for byte.
struct PartSigner {
    private let access: RequestAccess?
    private let folder: String
    /// Nil: nothing is signed.
    private let end: Timestamp?

    init(_ question: FileResponder.Question) {
        self.access = question.context.access
        let path = (question.request.head.path ?? "").prefix { $0 != "?" }
        self.folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
        if case .signature(let end) = question.guarding { self.end = end } else { self.end = nil }
    }

    /// - Parameter address: relative, with a query or without one.
    func signed(_ address: String) -> String {
        guard let end = self.end, let whole = self.access?.signed(self.folder + address, until: end) else {
            return address
        }
        return String(whole.dropFirst(self.folder.count))
    }

    /// A playlist with its addresses signed.
    func signed(playlist: String) -> String {
        self.end == nil ? playlist : PlaylistAddresses.replacing(in: playlist) { self.signed($0) }
    }
}
