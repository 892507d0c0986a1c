import ServiceSupport

extension Migration {
    static let sync = Migration(number: 7, title: "sync", script: "SELECT 1")
}
