import Testing

/// The web page in a real browser, one browser at a time: each takes as much processor as it finds.
///
/// These tests need Debian's `chromium` and `chromium-driver` and fail without them.
@Suite(.serialized, .timeLimit(.minutes(3)))
enum PageTests {}
