import ServiceSupport

extension Migration {
    static let movies = Migration(number: 3, title: "movies", script: "SELECT 1")
}
