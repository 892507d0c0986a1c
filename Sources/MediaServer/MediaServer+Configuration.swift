package import HTTPSemantics
package import HTTPServing
package import HTTPTypes
package import MediaCore

extension MediaServer {
    /// What the server is set to. Every field is a configuration key (`http.*`, `tls.*`, `page.*`, `files.*`).
    package struct Configuration: Sendable {
        /// Nil: no HTTP in the clear.
        package var plain: PlainListener?
        /// Nil: no TLS.
        package var tls: TLSListener?
        package var limits: ConnectionLimits
        /// Records on a page of a listing when the client does not say.
        package var standardPageSize: Int
        package var maximumPageSize: Int
        /// Records whose JSON is kept in memory.
        package var cachedRecords: Int
        /// Whether `GET /` shows the page.
        package var isPageEnabled: Bool
        /// How slowly the body of a resumable upload may come.
        package var uploadPace: ReceptionPace
        /// Whether `Location` of an upload is a path instead of a whole URL.
        package var hasRelativeLocations: Bool
        /// Peers whose forwarding fields are believed.
        package var trustedProxies: TrustedAddresses
        /// The field in which they name the client.
        package var clientField: HTTPField.Name?
        package var crossOrigin: CrossOriginPolicy
        /// For how their files are served.
        package var collections: [MediaCollection]
        /// Whether a trusted proxy sends the bytes of files itself.
        package var acceleration: Acceleration
        /// Who may ask for pictures that no preset describes.
        package var urlSignature: URLSignature
        /// How long signed addresses are good.
        package var signing: AddressMint.Rules
        /// How often one key, owner, address may make requests.
        package var rates: RequestRates

        package init(
            plain: PlainListener?,
            tls: TLSListener?,
            limits: ConnectionLimits,
            standardPageSize: Int,
            maximumPageSize: Int,
            cachedRecords: Int,
            isPageEnabled: Bool,
            uploadPace: ReceptionPace,
            hasRelativeLocations: Bool,
            trustedProxies: TrustedAddresses,
            clientField: HTTPField.Name?,
            crossOrigin: CrossOriginPolicy,
            collections: [MediaCollection],
            acceleration: Acceleration,
            urlSignature: URLSignature,
            signing: AddressMint.Rules = .standard,
            rates: RequestRates
        ) {
            self.plain = plain
            self.tls = tls
            self.limits = limits
            self.standardPageSize = standardPageSize
            self.maximumPageSize = maximumPageSize
            self.cachedRecords = cachedRecords
            self.isPageEnabled = isPageEnabled
            self.uploadPace = uploadPace
            self.hasRelativeLocations = hasRelativeLocations
            self.trustedProxies = trustedProxies
            self.clientField = clientField
            self.crossOrigin = crossOrigin
            self.collections = collections
            self.acceleration = acceleration
            self.urlSignature = urlSignature
            self.signing = signing
            self.rates = rates
        }
    }
}
