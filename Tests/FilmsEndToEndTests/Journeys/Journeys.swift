import Testing

/// People at the page in real browsers, against one mediad and one filmd; one journey at a time, as each browser takes as much processor
/// as it finds.
///
/// These tests need Debian's `chromium` and `chromium-driver` and fail without them.
@Suite(.films, .serialized, .timeLimit(.minutes(4)))
enum Journeys {}
