import MediaCore

extension RecordCache: ChangeSubscriber {
    func receive(_ event: ChangeEvent) async {
        switch event.invalidation {
        case .nothing: break
        case .paths(let paths): for path in paths { self.drop(path) }
        case .everything(let mayKeep): self.setTrusted(mayKeep)
        }
    }
}

extension UploadTransfers: ChangeSubscriber {
    func receive(_ event: ChangeEvent) async {
        if case .uploadTakeoverRequested(let id, let asked) = event { self.interrupt(id, asked: asked) }
    }
}

/// Removes the renditions of bytes that this process replaced or deleted.
///
/// One that fails takes room and nothing else: ``RecoveryService/sweepRenditions()`` removes it at the next start.
struct RenditionRemover: ChangeSubscriber {
    let store: any RenditionStore

    func receive(_ event: ChangeEvent) async {
        switch event {
        case .published(let file, let replaced?) where replaced.version.digest != file.version.digest:
            try? await self.store.removeRenditions(of: replaced.version.digest)
        case .deleted(let file):
            try? await self.store.removeRenditions(of: file.version.digest)
        default: break
        }
    }
}
