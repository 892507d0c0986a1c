import MediaCore
package import MediaEngine

extension HotFileCache: ChangeSubscriber {
    package func receive(_ event: ChangeEvent) async {
        switch event.invalidation {
        case .nothing: break
        case .paths(let paths): for path in paths { self.fileChanged(at: path) }
        case .everything(let mayKeep): self.changesAreHeard(mayKeep)
        }
    }
}
