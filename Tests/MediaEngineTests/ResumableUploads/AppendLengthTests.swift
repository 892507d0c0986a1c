import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("What a request says of an upload's length")
struct AppendLengthTests {
    private typealias Append = ResumableUploadService.Append

    private static func append(
        at offset: Int64,
        length: Int64? = nil,
        body: Int64? = nil,
        _ ending: ResumableUploadService.Ending
    ) -> Append {
        Append(
            offset: ByteCount(bytes: offset),
            length: length.map { ByteCount(bytes: $0) },
            bodyLength: body.map { ByteCount(bytes: $0) },
            isVerified: false,
            ending: ending
        )
    }

    private static func upload(_ length: Int64?, _ kind: Upload.Kind = .whole) -> Upload {
        Upload(
            id: UploadID(),
            transport: .tus,
            kind: kind,
            length: length.map { ByteCount(bytes: $0) },
            target: .init(),
            client: "c",
            createdAt: Timestamp(microseconds: 0),
            expiresAt: Timestamp(microseconds: 0)
        )
    }

    @Test("The length comes in a field, or with the end of the upload; both must agree with what is known")
    func declared() async {
        let most = ByteCount(bytes: 100)
        for (append, known, expected) in [
            (Self.append(at: 4, body: 4, .atLength), nil, nil), (Self.append(at: 4, length: 8, .atLength), nil, 8),
            (Self.append(at: 4, length: 8, .later), 8, 8), (Self.append(at: 4, body: 4, .now), nil, 8),
            (Self.append(at: 4, length: 8, body: 4, .now), 8, 8), (Self.append(at: 4, .now), 8, nil),
        ] as [(Append, Int64?, Int64?)] {
            let length = try? append.declaredLength(of: Self.upload(known), atMost: most)
            #expect(length?.bytes == expected, "\(append)")
        }
        for (append, known, expected) in [
            (Self.append(at: 4, length: 9, .later), 8, .lengthMismatch),
            (Self.append(at: 4, length: 3, .later), nil, .lengthMismatch),
            (Self.append(at: 4, length: 9, body: 4, .now), nil, .lengthMismatch),
            (Self.append(at: 4, body: .max, .now), nil, .fileTooLarge),
        ] as [(Append, Int64?, MediaError.Code)] {
            let refused = await code { () async throws(MediaError) in
                _ = try append.declaredLength(of: Self.upload(known), atMost: most)
            }
            #expect(refused == expected, "\(append)")
        }
    }

    @Test("What a body without a declared length reserves ends at the most that may come")
    func announced() {
        let most = ByteCount(bytes: 100)
        #expect(Self.append(at: 4, .later).announcedEnd(atMost: most) == nil)
        #expect(Self.append(at: 4, body: 4, .later).announcedEnd(atMost: most)?.bytes == 8)
        #expect(Self.append(at: 4, body: .max, .later).announcedEnd(atMost: most)?.bytes == 100)
        #expect(Self.append(at: 104, body: 1, .later).announcedEnd(atMost: most)?.bytes == 104)
    }

    @Test("With tus the length ends a whole upload; with the other protocol the request does, and gives it its length")
    func completed() async throws {
        let end = ByteCount(bytes: 8)
        #expect(try Self.append(at: 4, .atLength).completed(Self.upload(8), at: end) != nil)
        #expect(try Self.append(at: 4, .atLength).completed(Self.upload(9), at: end) == nil)
        #expect(try Self.append(at: 4, .atLength).completed(Self.upload(8, .partial), at: end) == nil)
        #expect(try Self.append(at: 4, .later).completed(Self.upload(8), at: end) == nil)
        let whole = try Self.append(at: 4, .now).completed(Self.upload(nil), at: end)
        #expect(whole?.length == end && whole?.reserved == end)
        let refused = await code { () async throws(MediaError) in
            _ = try Self.append(at: 4, .now).completed(Self.upload(9), at: end)
        }
        #expect(refused == .lengthMismatch)
    }
}
