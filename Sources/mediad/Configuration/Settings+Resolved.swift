import Foundation

extension Settings {
    /// With the storage root as an absolute path, so that nothing depends on where the process stands.
    func resolved() -> Settings {
        var settings = self
        settings.storage.root = URL(fileURLWithPath: self.storage.root).standardizedFileURL.path
        return settings
    }
}
