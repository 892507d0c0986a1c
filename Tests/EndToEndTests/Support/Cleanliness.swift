import MediaTesting
import Testing

/// What a storage root held before a refused request, to be compared with what it holds after it.
struct Footprint {
    private let tree: [String]
    private let site: DaemonSite

    init(_ daemon: DaemonProcess) {
        site = daemon.site
        tree = daemon.site.filesInTree
    }

    /// Checks that the request left nothing behind and that the daemon goes on: staging empty, the tree as it was, an upload
    /// works. What is staged may be removed a moment after the answer, or after the connection broke.
    func expectUntouched(_ daemon: DaemonProcess, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let isEmpty = try await eventually(within: .seconds(10)) { site.filesInStaging.isEmpty }
        #expect(isEmpty, "left in staging: \(site.filesInStaging)", sourceLocation: sourceLocation)
        #expect(site.filesInTree == tree, sourceLocation: sourceLocation)
        #expect(daemon.process.ending == nil, sourceLocation: sourceLocation)
        #expect(try await daemon.request("GET", "/readyz").status == 200, sourceLocation: sourceLocation)
    }
}
