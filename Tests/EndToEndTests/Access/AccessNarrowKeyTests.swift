import Foundation
import MediaTesting
import Testing

/// Keys of narrow scopes learn nothing beside them.
@Suite(
    "Access: narrow keys",
    .daemon(configuration: GuardedSite.configuration.replacing("maximumSize: 64MiB", with: "maximumSize: 64GiB")),
    .timeLimit(.minutes(5))
)
struct AccessNarrowKeyTests {
    @Test("Who may change, but not read, gets no record; force needs the right to links")
    func changes() async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.png(), to: "posters")
        let key = try await site.key("replace:posters/*", "delete:posters/*")
        let fields = [bearer(key), ("Content-Type", "application/json")]
        let path = "/api/media/\(record.id)"
        let body = Array(#"{"focalPoint": {"x": 0.5, "y": 0.25}}"#.utf8)
        let patched = try await site.daemon.request("PATCH", path, fields, body: body)
        #expect(patched.status == 204 && patched.body.isEmpty)
        #expect(try await site.daemon.request("GET", path, [bearer(key)]).status == 404)
        let reader = try await site.key("replace:posters/*", "read:posters/*")
        let read = try await site.daemon.request(
            "PATCH",
            path,
            [bearer(reader)] + fields.dropFirst(),
            body: Array("{}".utf8)
        )
        #expect(read.status == 200 && read.text.contains("\"y\":0.25"), "\(read.text)")
        #expect(try await site.daemon.request("DELETE", "\(path)?force=true", [bearer(key)]).status == 403)
        #expect(try await site.daemon.request("DELETE", path, [bearer(key)]).status == 204)
    }

    @Test("A right to a video is none to subtitles beside it, nor the other way round; a signed stream has them")
    func besides() async throws {
        let site = try await GuardedSite.current()
        let name = uniqueName()
        let film = try await Film.with(.front).path
        let video = try await site.upload(
            Array(try Data(contentsOf: URL(fileURLWithPath: film))),
            to: "videos",
            as: name
        )
        let subtitles = try await site.upload(Array(StreamFilm.subRip.utf8), to: "videos", as: "\(name).fr")
        let index = "/files/\(video.path)/hls/index.m3u8"
        let own = try await site.key("read:videos/\(name)")
        let both = try await site.key("read:videos/\(name)*")
        let other = try await site.key("read:videos/\(name).fr")
        for (fields, isThere) in [([bearer(own)], false), ([bearer(both)], true)] {
            let playlist = try await site.daemon.request("GET", index, fields)
            #expect(playlist.status == 200 && playlist.text.contains("subtitles-fr") == isThere, "\(playlist.text)")
            let text = try await site.daemon.request("GET", "/files/\(video.path)/hls/subtitles-fr.vtt", fields)
            #expect(text.status == (isThere ? 200 : 404))
            let addresses = try await site.daemon.request("GET", "/api/media/\(video.id)/addresses", fields)
            #expect(addresses.text.contains("subtitles-fr") == isThere)
        }
        let signed = try await site.daemon.request("GET", try await site.signed(index))
        #expect(signed.text.contains("subtitles-fr") && signed.text.contains("signature="))
        for (key, isThere) in [(other, false), (both, true)] {
            let addresses = try await site.daemon.request("GET", "/api/media/\(subtitles.id)/addresses", [bearer(key)])
            #expect(addresses.status == 200 && addresses.text.contains("\(name).mp4") == isThere, "\(addresses.text)")
        }
    }

    @Test("The page names what is not public to those who may do something there")
    func page() async throws {
        let site = try await GuardedSite.current()
        func names(_ fields: [(String, String)]) async throws -> Substring? {
            try await site.daemon.request("GET", "/", fields).text
                .firstMatch(of: /name="mediad-collections" content="([^"]*)"/)?.1
        }
        #expect(try await names([]) == "avatars")
        #expect(try await names([bearer("mk_of-nobody")]) == "avatars")
        #expect(try await names([bearer(try await site.key("upload:videos/a*"))]) == "avatars videos")
        #expect(try await names([bearer(site.key)]) == "avatars posters videos documents")
    }
}
