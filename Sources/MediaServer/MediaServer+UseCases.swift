package import MediaCore
package import MediaEngine

extension MediaServer {
    /// What the controllers call.
    package struct UseCases: Sendable {
        package var uploads: UploadService
        package var resumableUploads: ResumableUploadService
        package var files: FileService
        package var renditions: RenditionService
        package var hotFiles: HotFileCache
        package var catalog: any Catalog
        package var storage: any StorageHealth
        /// False until the schema is up to date and what a crash left open is settled.
        package var isPrepared: @Sendable () -> Bool

        package init(
            uploads: UploadService,
            resumableUploads: ResumableUploadService,
            files: FileService,
            renditions: RenditionService,
            hotFiles: HotFileCache,
            catalog: any Catalog,
            storage: any StorageHealth,
            isPrepared: @escaping @Sendable () -> Bool
        ) {
            self.uploads = uploads
            self.resumableUploads = resumableUploads
            self.files = files
            self.renditions = renditions
            self.hotFiles = hotFiles
            self.catalog = catalog
            self.storage = storage
            self.isPrepared = isPrepared
        }
    }
}
