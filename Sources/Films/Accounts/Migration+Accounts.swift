import ServiceSupport

extension Migration {
    static let accounts = Migration(number: 2, title: "accounts", script: "SELECT 1")
}
