import Foundation
import MediaCore
import Testing

@Suite("Versions of files")
struct FileIdentityTests {
    private static func identity(_ size: Int64 = 3, time: Int64 = 1, token: String? = nil) -> FileIdentity {
        FileIdentity(
            size: ByteCount(bytes: size),
            modifiedAt: Timestamp(microseconds: time),
            token: token.map { VersionToken($0) }
        )
    }

    @Test("In a file system, size and time tell versions apart")
    func times() {
        #expect(Self.identity() == Self.identity())
        #expect(Self.identity() != Self.identity(4))
        #expect(Self.identity() != Self.identity(time: 2))
    }

    @Test("Where the store names versions, size and name do, and its times say nothing")
    func tokens() {
        #expect(Self.identity(time: 1, token: "a") == Self.identity(time: 2, token: "a"))
        #expect(Self.identity(time: 1, token: "a").hashValue == Self.identity(time: 2, token: "a").hashValue)
        #expect(Self.identity(token: "a") != Self.identity(token: "b"))
        #expect(Self.identity(token: "a") != Self.identity(4, token: "a"))
    }

    @Test("A named version is never one without a name")
    func mixed() {
        #expect(Self.identity() != Self.identity(token: "a"))
        #expect(Self.identity(token: "") != Self.identity())
    }

    @Test("A version compares its digest too, and its time only where that tells versions apart")
    func versions() throws {
        let (one, two) = (
            try #require(Digest(bytes: Array(repeating: 1, count: 32))),
            try #require(Digest(bytes: Array(repeating: 2, count: 32)))
        )
        func version(_ digest: Digest, _ time: Int64, _ token: VersionToken?) -> FileVersion {
            FileVersion(
                size: ByteCount(bytes: 3),
                digest: digest,
                modifiedAt: Timestamp(microseconds: time),
                token: token
            )
        }
        #expect(version(one, 1, nil) == version(one, 1, nil))
        #expect(version(one, 1, nil) != version(two, 1, nil))
        #expect(version(one, 1, nil) != version(one, 2, nil))
        #expect(version(one, 1, VersionToken("a")) == version(one, 2, VersionToken("a")))
        #expect(Set([version(one, 1, VersionToken("a")), version(one, 2, VersionToken("a"))]).count == 1)
    }

    @Test("Encoded, a version without a name is what it always was; a name comes back")
    func encoding() throws {
        let digest = try #require(Digest(bytes: Array(repeating: 1, count: 32)))
        var version = FileVersion(
            size: ByteCount(bytes: 3),
            digest: digest,
            modifiedAt: Timestamp(microseconds: 5)
        )
        let plain = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(version)) as? [String: Any]
        )
        #expect(Set(plain.keys) == ["size", "digest", "modifiedAt"])
        version.token = VersionToken("3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY")
        let copy = try JSONDecoder().decode(FileVersion.self, from: JSONEncoder().encode(version))
        #expect(copy.token == version.token)
        #expect(copy == version)
    }
}
