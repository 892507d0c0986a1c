/// All of the storage root. Prefer the part that is needed: ``Staging``, ``FileTree``, ``RenditionStore``, ``StorageHealth``.
package protocol FileStore: Staging, FileTree, RenditionStore, StorageHealth {}
