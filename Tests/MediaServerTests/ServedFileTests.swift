import HTTPSemantics
import HTTPTypes
import MediaCore
import Testing

@testable import MediaServer

@Suite("What is made from a file, on its way out")
struct ServedFileTests {
    private static let policy = ServingPolicy(collections: [])

    private static func picture(focalPoint: FocalPoint? = nil) throws -> MediaFile {
        let time = Timestamp(microseconds: 1_795_366_759_000_000)
        var file = MediaFile(
            id: MediaID(now: time),
            collection: "posters",
            name: MediaName(trusted: "1"),
            path: MediaPath(trusted: "posters/1.jpg"),
            type: .jpeg,
            version: FileVersion(
                size: ByteCount(bytes: 1000),
                digest: try #require(Digest(bytes: Array(repeating: 7, count: 32))),
                modifiedAt: time
            ),
            originalFilename: nil,
            createdAt: time,
            updatedAt: time
        )
        file.focalPoint = focalPoint
        return file
    }

    private static func fields(
        _ recipe: Recipe,
        of file: MediaFile,
        v: String? = nil,
        length: Int64 = 100,
        acceptance: PictureAcceptance? = nil
    ) throws -> HTTPFields {
        let served = ServedFile(
            rendition: RenditionKey(digest: file.version.digest, recipe: recipe),
            of: file,
            query: try QueryItems(query: v.map { "v=\($0)" }),
            policy: self.policy,
            acceptance: acceptance
        )
        return served.representation(length: length).fields(for: .full(length: length))
    }

    private static let whole = Recipe.picture(PictureRecipe(width: 92, format: .webp))
    private static let segment = Recipe.stream(.segment(1, .main, .fragments))

    private static func cut(_ crop: PictureRecipe.Crop) -> Recipe {
        .picture(PictureRecipe(width: 64, height: 64, fit: .cover, crop: crop, format: .webp))
    }

    @Test("has another tag when it is made again in other bytes")
    func tag() throws {
        let file = try Self.picture()
        let tag = try Self.fields(Self.whole, of: file)[.eTag]
        #expect(try Self.fields(Self.whole, of: file)[.eTag] == tag)
        #expect(try Self.fields(Self.whole, of: file, length: 101)[.eTag] != tag)
        #expect(try Self.fields(Self.segment, of: file)[.eTag] != tag)
    }

    @Test("is kept for ever under the version that decides its bytes, and under no other")
    func caching() throws {
        let point = try #require(FocalPoint(x: 0.5, y: 0.25))
        let file = try Self.picture(focalPoint: point)
        let digest = file.version.digest.prefix
        func isImmutable(_ recipe: Recipe, _ v: String?) throws -> Bool {
            try Self.fields(recipe, of: file, v: v)[.cacheControl]?.contains("immutable") == true
        }
        #expect(try isImmutable(Self.cut(.focalPoint(point)), "\(digest)-500,250"))
        #expect(try !isImmutable(Self.cut(.focalPoint(point)), digest))
        // A focal point of a film does not make its stream another one, nor that of a picture the whole of it.
        for recipe in [Self.whole, Self.segment, Self.cut(.centre)] {
            #expect(try isImmutable(recipe, digest))
            #expect(try isImmutable(recipe, "\(digest)-500,250"))
            #expect(try !isImmutable(recipe, "\(digest)-500,251"))
            #expect(try !isImmutable(recipe, nil))
        }
    }

    @Test("has the date of the record, which a focal point makes younger")
    func date() throws {
        var file = try Self.picture()
        let point = try #require(FocalPoint(x: 0.5, y: 0.25))
        for recipe in [Self.whole, Self.segment, Self.cut(.attention), Self.cut(.focalPoint(point))] {
            #expect(try Self.fields(recipe, of: file)[.lastModified] == HTTPDate.format(1_795_366_759))
        }
        file.updatedAt = Timestamp(microseconds: file.updatedAt.microseconds + 5_000_000)
        #expect(try Self.fields(Self.cut(.attention), of: file)[.lastModified] == HTTPDate.format(1_795_366_764))
    }

    @Test("says that Accept decided, where it did")
    func variance() throws {
        let file = try Self.picture()
        #expect(try Self.fields(Self.whole, of: file)[.vary] == nil)
        let negotiated = try Self.fields(Self.whole, of: file, acceptance: PictureAcceptance("image/webp"))
        #expect(negotiated[.vary] == "Accept")
    }
}
