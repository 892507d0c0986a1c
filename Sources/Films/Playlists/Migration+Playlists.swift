import ServiceSupport

extension Migration {
    static let playlists = Migration(number: 4, title: "playlists", script: "SELECT 1")
}
