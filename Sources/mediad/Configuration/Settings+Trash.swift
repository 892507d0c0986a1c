import MediaEngine
import ServiceSupport

/// `trash.*`.
extension TrashSettings {
    init(_ reader: SettingsReader) async throws {
        self.init(
            retention: try await reader.read(
                .duration(
                    "trash.retention",
                    default: .seconds(30 * 86400),
                    in: .zero ... .seconds(3650 * 86400),
                    """
                    How long a deleted file can be restored, with the same id and path; it takes its room so long. Counts for what is \
                    deleted from then on. 0s: it is gone at once.
                    """
                )
            ),
            sweepInterval: try await reader.read(
                .duration(
                    "trash.sweepInterval",
                    default: .seconds(60),
                    in: .milliseconds(100) ... .seconds(86400),
                    "Pause between two looks at what expired, and at what nothing uses (collectUnlinkedAfter)."
                )
            )
        )
    }
}
