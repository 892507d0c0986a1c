extension Upload.Target {
    /// The place in the tree, without the extension, as a file there is recorded; nil while it is not known.
    package var place: (collection: String, name: String)? {
        guard let collection = self.collection, let text = self.name, let name = try? MediaName(validating: text) else {
            return nil
        }
        return (collection, name.text)
    }
}
