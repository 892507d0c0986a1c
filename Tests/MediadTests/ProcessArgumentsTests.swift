import Testing

@testable import mediad

@Suite("F2: the words of the command line")
struct ProcessArgumentsTests {
    @Test("are read as the kernel tells them, empty ones included")
    func words() {
        #expect(ProcessArguments.split(Array("mediad\0serve\0--port\0\0".utf8)) == ["mediad", "serve", "--port", ""])
        #expect(ProcessArguments.split(Array("mediad\0é ü\0".utf8)) == ["mediad", "é ü"])
        #expect(ProcessArguments.split([]) == [])
    }

    @Test("are those of this process")
    func own() { #expect(!ProcessArguments.all().isEmpty) }
}
