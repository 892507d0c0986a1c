import Testing

/// The page in real browsers: large files, the player, deploys, services that die, and whoever uses it otherwise; against one mediad and
/// one filmd, one story at a time, as each browser takes as much processor as it finds.
///
/// These tests need Debian's `chromium`, `chromium-driver` and `ffmpeg`, and axe-core (`scripts/test-clients`), and fail without them.
@Suite(.films, .serialized, .timeLimit(.minutes(4)))
enum PageStories {}
