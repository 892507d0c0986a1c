import HTTPSemantics
import MediaCore
import MediaEngine
import MediaServer
import MediaStorage
import NIOPosix

/// The front door, as the configuration wants it.
extension Daemon {
    func server(onListening: @escaping @Sendable ([String]) -> Void) -> MediaServer {
        let (settings, startUp) = (self.house.settings.http, self.startUp)
        let uploads = self.house.settings.uploads
        return MediaServer(
            configuration: .init(
                isPlainEnabled: settings.isEnabled,
                secure: self.secureListener,
                hostname: settings.hostname,
                port: settings.port,
                limits: ConnectionLimits(
                    maximumConnections: settings.maximumConnections,
                    maximumConnectionsPerAddress: settings.maximumConnectionsPerAddress,
                    maximumRequestsPerConnection: settings.maximumRequestsPerConnection,
                    maximumHeaderBytes: Int(settings.maximumHeaderSize.bytes),
                    maximumHeaderCount: settings.maximumHeaderCount,
                    idleTimeout: settings.idleTimeout,
                    headerTimeout: settings.headerTimeout,
                    writeTimeout: settings.writeTimeout,
                    lingerTimeout: settings.lingerTimeout,
                    sendQueueBytes: Int(settings.sendQueueSize.bytes),
                    bodyBufferBytes: Int(uploads.bufferSize.bytes)
                ),
                standardPageSize: settings.pageSize,
                maximumPageSize: settings.maximumPageSize,
                isPageEnabled: settings.isPageEnabled,
                uploadPace: ReceptionPace(
                    idleTimeout: uploads.idleTimeout,
                    minimumRate: uploads.minimumRate.bytes,
                    rateWindow: uploads.minimumRateWindow
                ),
                uploadExpiry: uploads.limits.expiry,
                hasRelativeLocations: uploads.locations == .relative,
                trustedProxies: settings.trustedProxies,
                clientField: settings.clientField,
                crossOrigin: CrossOriginPolicy(allowedOrigins: self.house.settings.cors.allowedOrigins),
                collections: self.house.settings.collections,
                acceleration: settings.acceleration.value(root: self.house.settings.storage.root),
                addressSignature: AddressSignature(keys: self.house.settings.images.signatureKeys)
            ),
            useCases: .init(
                uploads: self.uploads,
                resumableUploads: self.resumableUploads,
                files: self.files,
                renditions: self.renditions,
                hotFiles: self.hotFiles,
                catalog: self.house.catalog,
                storage: self.house.store,
                isPrepared: { startUp.isDone }
            ),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            blockingPool: self.house.blockingPool,
            clock: { Timestamp.now() },
            onListening: onListening,
            logger: self.logger
        )
    }

    var secureListener: SecureListener? {
        guard let settings = self.house.settings.tls, let certificates = self.certificates else { return nil }
        return SecureListener(
            hostname: settings.hostname,
            port: settings.port,
            certificates: certificates,
            handshakeTimeout: settings.handshakeTimeout
        )
    }

    static func certificates(of house: House) throws(MediaError) -> CertificateWatcher? {
        guard let settings = house.settings.tls else { return nil }
        return try CertificateWatcher(
            files: settings.files,
            options: settings.options,
            reloadInterval: settings.reloadInterval,
            blockingPool: house.blockingPool,
            clock: { Timestamp.now() },
            logger: house.logger
        )
    }
}
