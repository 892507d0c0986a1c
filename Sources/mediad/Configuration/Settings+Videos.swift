import MediaCore
import ServiceSupport

extension Settings.Videos {
    init(_ reader: SettingsReader) async throws {
        self.storyboards = Storyboard.Rules(
            side: try await reader.read(
                .integer(
                    "films.storyboardSide",
                    default: 160,
                    in: 16...640,
                    "Pixels of the longer side of a storyboard's small pictures."
                )
            ),
            interval: try await reader.read(
                .integer(
                    "films.storyboardInterval",
                    default: 2,
                    in: 1...3600,
                    "Seconds of the video that each stands for, at least."
                )
            ),
            maximumTiles: try await reader.read(
                .integer(
                    "films.storyboardTiles",
                    default: 500,
                    in: 1...10_000,
                    "Small pictures of one video; a longer video has a longer interval."
                )
            ),
            quality: try await reader.read(
                .integer("films.storyboardQuality", default: 70, in: 1...100, "Quality of the sheets.")
            )
        )
    }
}
