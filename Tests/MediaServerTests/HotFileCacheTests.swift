import HTTPSemantics
import HTTPTypes
import MediaCore
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import MediaServer

/// The last change that was told of.
private final class Version: Sendable {
    private let state = Mutex(0)

    var number: Int {
        get { self.state.withLock { $0 } }
        set { self.state.withLock { $0 = newValue } }
    }
}

@Suite("Files kept in memory")
struct HotFileCacheTests {
    @Test("are found by the target they were asked for, with the bytes of small ones")
    func found() throws {
        let scene = HotFileScene(bodyBytes: 4)
        let small = try #require(scene.cache.file(try scene.keep("1.jpg", [1, 2, 3, 4])))
        #expect(small.body == ByteBuffer(bytes: [1, 2, 3, 4]))
        #expect(small.target == Array("/files/posters/1.jpg".utf8))
        let large = try #require(scene.cache.file(try scene.keep("2.jpg", [1, 2, 3, 4, 5])))
        #expect(large.body == nil)
        #expect(scene.cache.size.files == 2)
        #expect(scene.cache.size.bodyBytes == 4)
    }

    @Test("are none while changes cannot be heard")
    func untrusted() throws {
        let scene = HotFileScene(isTrusted: false)
        #expect(scene.cache.file(try scene.keep("1.jpg", [1])) == nil)
        scene.cache.changesAreHeard(true)
        let key = try scene.keep("1.jpg", [1])
        let file = try #require(scene.cache.file(key))
        scene.cache.changesAreHeard(false)
        #expect(!file.isCurrent)
        #expect(scene.cache.file(key) == nil)
        #expect(scene.cache.size.bodyBytes == 0)
    }

    @Test("go with a change, and what was opened before it does not come in after it")
    func changed() throws {
        let scene = HotFileScene()
        let key = try scene.keep("1.jpg", [1])
        let other = try scene.keep("2.jpg", [2])
        let file = try #require(scene.cache.file(key))
        let generation = scene.cache.generation
        scene.change("1.jpg")
        #expect(!file.isCurrent)
        #expect(scene.cache.file(key) == nil)
        #expect(scene.cache.file(other)?.isCurrent == true)
        scene.cache.admit(try HotFileScene.candidate("1.jpg", [1]), since: generation)
        try scene.settle()
        #expect(scene.cache.file(key) == nil)
        try scene.keep("1.jpg", [3], tag: "v2")
        #expect(scene.cache.file(key)?.body == ByteBuffer(bytes: [3]))
    }

    @Test("make room for others within both bounds; those asked for since stay longer")
    func bounds() throws {
        let scene = HotFileScene(files: 4, bodyBytes: 100, totalBodyBytes: 250)
        let keys = try (0..<2).map { try scene.keep("\($0).jpg", [UInt8](repeating: 1, count: 100)) }
        let used = try #require(scene.cache.file(keys[0]))
        used.noteUse()
        let third = try scene.keep("third.jpg", [UInt8](repeating: 1, count: 100))
        #expect(scene.cache.size.bodyBytes <= 250)
        #expect(scene.cache.file(keys[0]) === used, "it was asked for")
        #expect(scene.cache.file(keys[1]) == nil)
        #expect(scene.cache.file(third) != nil)
        for number in 0..<100 { try scene.keep("large\(number).jpg", [UInt8](repeating: 1, count: 101)) }
        #expect(scene.cache.size.files <= 4)
        #expect(scene.cache.size.bodyBytes <= 250)
    }

    @Test("that were negotiated are found by those who accept the same, however they write it; others by everybody")
    func negotiated() async throws {
        let scene = HotFileScene()
        let browser = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"
        try scene.keep("a?preset=s64", [1], acceptance: PictureAcceptance(browser))
        try scene.keep("a?preset=s64", [2, 2], acceptance: PictureAcceptance(nil))
        try scene.keep("plain", [3, 3, 3])
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        @Sendable func length(_ name: String, _ accept: String?) async throws -> Int? {
            try await loop.submit {
                let cache = scene.cache.eventLoopCache(on: loop, allowsAllOrigins: true)
                return Array("/files/posters/\(name)".utf8).withUnsafeBytes { target in
                    let slot =
                        if let accept {
                            Array(accept.utf8).withUnsafeBytes { cache.slot(target: target, accept: $0) }
                        } else {
                            cache.slot(target: target, accept: nil)
                        }
                    return slot?.file.body?.readableBytes
                }
            }.get()
        }
        // The second time from the event loop's own cache.
        for _ in 1...2 {
            #expect(try await length("a?preset=s64", browser) == 1)
            #expect(try await length("a?preset=s64", "image/webp, image/avif, image/*, */*;q=0.3") == 1)
            #expect(try await length("a?preset=s64", nil) == 2)
            #expect(try await length("a?preset=s64", "*/*") == 2)
            #expect(try await length("a?preset=s64", "image/webp") == nil)
            #expect(try await length("plain", browser) == 3)
            #expect(try await length("plain", nil) == 3)
        }
        scene.change("a?preset=s64")
        #expect(try await length("a?preset=s64", browser) == nil)
        #expect(try await length("a?preset=s64", nil) == nil)
    }

    @Test("D3: from the future go to the router until their time has come", arguments: [-1, 0, 1, 86_400] as [Int64])
    func future(ahead: Int64) throws {
        let now: Int64 = 1_000_000
        let candidate = try HotFileScene.candidate("1.jpg", [1, 2], lastModified: now + ahead)
        let file = HotFile(candidate, body: nil)
        for fields in ["", "Range: bytes=0-0\r\n", "If-None-Match: \"v1\"\r\n", "Connection: close\r\n"] {
            let head = Array("GET /files/posters/1.jpg HTTP/1.1\r\nHost: h\r\n\(fields)\r\n".utf8)
            let request = head.withUnsafeBytes { bytes -> SimpleRequest? in
                guard case .simple(let request) = SimpleRequest.recognize(bytes) else { return nil }
                return request
            }
            let response = HotFileResponse(try #require(request), file: file, now: now)
            #expect((response == nil) == (ahead > 0), "\(fields)")
        }
    }

    @Test("are never an older version than the last change, whatever happens at once")
    func race() async throws {
        let scene = HotFileScene(files: 8)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let version = Version()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for loop in [group.next(), group.next()] {
                tasks.addTask {
                    for _ in 0..<300 {
                        let least = version.number
                        let found = try await loop.submit {
                            let cache = scene.cache.eventLoopCache(on: loop, allowsAllOrigins: true)
                            return Array("/files/posters/1.jpg".utf8).withUnsafeBytes {
                                cache.slot(target: $0, accept: nil)?.file.body?.readableBytes
                            }
                        }.get()
                        // As many bytes as the version's number.
                        if let found { #expect(found >= least) }
                    }
                }
            }
            tasks.addTask {
                for number in 1...300 {
                    let generation = scene.cache.generation
                    let old = try HotFileScene.candidate("1.jpg", [UInt8](repeating: 1, count: number - 1))
                    let new = try HotFileScene.candidate("1.jpg", [UInt8](repeating: 1, count: number))
                    // The change is made, then told of, and then the upload's client hears "done".
                    scene.change("1.jpg")
                    version.number = number
                    // A request that opened the file before comes late.
                    scene.cache.admit(old, since: generation)
                    scene.cache.admit(new, since: scene.cache.generation)
                }
            }
            try await tasks.waitForAll()
        }
        try scene.settle()
        #expect(scene.cache.size.files <= 1)
        try await group.shutdownGracefully()
    }
}
