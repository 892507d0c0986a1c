import MediaCore
import Testing

@testable import Libav

@Suite("What lies in a file, counted")
struct PacketSurveyTests {
    @Test(
        "lengths of what does not say its own",
        arguments: [
            (MediaType("audio/aac"), "aac", "-f lavfi -i sine=d=7 -c:a aac"),
            (MediaType("audio/ac3"), "ac3", "-f lavfi -i sine=d=7 -c:a ac3"),
            (.mp3, "mp3", "-f lavfi -i sine=d=7 -q:a 5 -write_xing 0"),
            (.webm, "webm", "-f lavfi -i testsrc=s=160x96:r=12:d=7 -c:v libvpx -live 1"),
            (MediaType("video/mpeg"), "m2v", "-f lavfi -i testsrc=s=160x96:r=25:d=7 -c:v mpeg2video -f mpeg2video"),
            (MediaType("video/x-flv"), "flv", "-f lavfi -i testsrc=s=160x96:r=25:d=7 -flvflags no_duration_filesize"),
        ] as [(MediaType, String, String)]
    )
    func lengths(type: MediaType, fileExtension: String, options: String) throws {
        try LibavRuntime.start()
        try Films.withFilm(fileExtension, options) { descriptor in
            let survey = try PacketSurvey(descriptor: descriptor, type: type, allowanceBytes: 64 << 20)
            let seconds = try #require(survey.durationSeconds)
            #expect(abs(seconds - 7) < 0.1, "\(seconds)")
        }
    }

    @Test("a rate on average, and none of what was not read to its end")
    func rates() throws {
        try LibavRuntime.start()
        // Half of the time 5 frames a second, half of it 25.
        let source = "-f lavfi -i testsrc=s=640x360:r=25:d=8 -vf select=gt(t\\,4)+not(mod(n\\,5)) -vsync vfr"
        try Films.withFilm("webm", "\(source) -c:v libvpx -b:v 2M") { descriptor in
            let survey = try PacketSurvey(descriptor: descriptor, type: .webm, allowanceBytes: 64 << 20)
            #expect(abs((survey.frameRate ?? 0) - 15) < 0.5, "\(survey)")
            let part = try PacketSurvey(descriptor: descriptor, type: .webm, allowanceBytes: 80_000)
            #expect(part.durationSeconds == nil)
        }
    }
}
