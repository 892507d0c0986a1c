import HTTPServing

extension Routes {
    /// Several changes, one after the other.
    static let batch = Route("/api/batch", [.post(.change, json), .options], parameters: [])
}
