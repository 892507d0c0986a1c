import ServiceSupport

extension Settings {
    /// What people are told of every setting, in the order of reading. The settings of a collection stand for those of any,
    /// under `collections.name`, those of a preset under `collections.name.preset.preset`.
    static func documentation() async throws -> [SettingDocumentation] {
        let source = SettingsSource(
            program: "mediad",
            flags: [:],
            environment: [
                "MEDIAD_COLLECTIONS_NAMES": "name", "MEDIAD_COLLECTIONS_NAME_TYPES": "*/*",
                "MEDIAD_COLLECTIONS_NAME_PRESETS": "preset", "MEDIAD_COLLECTIONS_NAME_PRESET_PRESET_WIDTH": "1",
            ],
            aliases: [:],
            file: nil,
            example: "config/mediad.yaml"
        )
        return try await source.read { reader in
            _ = try await Settings(reader)
            return reader.documentation
        }
    }
}
