import MediaCatalog
import MediaCore
import MediaEngine
import MediaStorage

extension GrantService {
    /// Grants as the settings have them.
    init(_ settings: Settings, authority: GrantAuthority) {
        self.init(
            authority: authority,
            collections: settings.collections,
            maximumLifetime: settings.accessLimits.grantLifetime,
            clock: { Timestamp.now() }
        )
    }

    /// The same, for a command.
    init(_ settings: Settings, catalog: PostgresCatalog) {
        self.init(
            settings,
            authority: GrantAuthority(signatureKeys: settings.access.signatureKeys, catalog: catalog)
        )
    }
}
