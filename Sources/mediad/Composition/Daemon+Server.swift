import HTTPSemantics
import HTTPServing
import MediaCore
import MediaEngine
import MediaServer
import MediaStorage
import NIOPosix
import Postgres

/// The HTTP server, as the configuration wants it.
extension Daemon {
    func server(onListening: @escaping @Sendable ([String]) -> Void) -> MediaServer {
        let (settings, startUp) = (self.app.settings.http, self.startUp)
        let uploads = self.app.settings.uploads
        let (client, trash) = (self.app.database.client, self.engine.trashMaintenance)
        let webhookCounts = self.webhooks.counts
        return MediaServer(
            configuration: .init(
                plain: settings.isEnabled ? PlainListener(hostname: settings.hostname, port: settings.port) : nil,
                tls: self.tlsListener,
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
                cachedRecords: self.app.settings.files.cachedRecords,
                isPageEnabled: settings.isPageEnabled,
                uploadPace: ReceptionPace(
                    idleTimeout: uploads.idleTimeout,
                    minimumRate: uploads.minimumRate.bytes,
                    rateWindow: uploads.minimumRateWindow
                ),
                hasRelativeLocations: uploads.locations == .relative,
                trustedProxies: settings.trustedProxies,
                clientField: settings.clientField,
                crossOrigin: CrossOriginPolicy(allowedOrigins: self.app.settings.cors.allowedOrigins),
                collections: self.app.settings.collections,
                acceleration: settings.acceleration.value(root: self.app.settings.storage.root),
                urlSignature: URLSignature(keys: self.app.settings.images.signatureKeys),
                signing: self.app.settings.signing,
                rates: RequestRates(
                    rates: self.app.settings.accessLimits.rates,
                    capacity: self.app.settings.accessLimits.remembered
                )
            ),
            useCases: .init(
                uploads: self.engine.uploads,
                resumableUploads: self.engine.resumableUploads.service,
                files: self.engine.files,
                renditions: self.engine.renditions,
                links: self.engine.links,
                trash: self.engine.trash,
                grants: self.app.access.grants,
                hotFiles: self.hotFiles,
                access: self.app.access.service,
                events: self.events,
                catalog: self.app.catalog,
                storage: self.app.storage,
                isPrepared: { startUp.isDone },
                verifyPair: self.app.maintenance.ports.verifyPair,
                trashTotals: { trash.totals },
                notificationQueueUsage: { client.notificationQueueUsage },
                webhooks: self.app.webhooks,
                webhookCounts: { webhookCounts.snapshot }
            ),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            blockingPool: self.app.blockingPool,
            clock: { Timestamp.now() },
            onListening: onListening,
            logger: self.logger
        )
    }

    var tlsListener: TLSListener? {
        guard let settings = self.app.settings.tls, let certificates = self.certificates else { return nil }
        return TLSListener(
            hostname: settings.hostname,
            port: settings.port,
            certificates: certificates,
            handshakeTimeout: settings.handshakeTimeout
        )
    }

    static func certificates(of app: AppServices) throws(MediaError) -> CertificateWatcher? {
        guard let settings = app.settings.tls else { return nil }
        do throws(CertificateError) {
            return try CertificateWatcher(
                files: settings.files,
                options: settings.options,
                reloadInterval: settings.reloadInterval,
                blockingPool: app.blockingPool,
                clock: { Timestamp.now() },
                logger: app.logger
            )
        } catch {
            throw MediaError(.invalidConfiguration, error.message, cause: error.cause)
        }
    }
}
