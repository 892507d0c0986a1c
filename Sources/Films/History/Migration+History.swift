import ServiceSupport

extension Migration {
    static let history = Migration(number: 6, title: "history", script: "SELECT 1")
}
