import Testing

@testable import mediad

@Suite("The limit of open files")
struct DescriptorLimitTests {
    @Test("leaves the configuration alone where it is high enough")
    func enough() {
        let bound = DescriptorLimit.bound(limit: 65_536, connections: 10_240, openFiles: 1000, databaseConnections: 8)
        #expect(bound.connections == 10_240 && bound.openFiles == 1000)
    }

    @Test(
        "lowers the bound of connections, so that each can have its socket and its file",
        arguments: [128, 256, 1024, 4096, 20_000]
    )
    func low(_ limit: Int) {
        let bound = DescriptorLimit.bound(limit: limit, connections: 10_240, openFiles: 1000, databaseConnections: 8)
        #expect(bound.connections < 10_240 && bound.connections >= limit / 8)
        #expect(2 * bound.connections + bound.openFiles < limit)
    }
}
