import ServiceSupport

extension Migration {
    static let comments = Migration(number: 5, title: "comments", script: "SELECT 1")
}
