import MediaCore

extension Settings.Films {
    init(_ reader: SettingsReader) async throws {
        self.storyboards = Storyboard.Rules(
            side: try await reader.integer("films.storyboardSide", default: 160, in: 16...640),
            interval: try await reader.integer("films.storyboardInterval", default: 2, in: 1...3600),
            maximumTiles: try await reader.integer("films.storyboardTiles", default: 500, in: 1...10_000),
            quality: try await reader.integer("films.storyboardQuality", default: 70, in: 1...100)
        )
    }
}
