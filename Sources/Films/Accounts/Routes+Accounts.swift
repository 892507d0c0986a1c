import HTTPServing

extension Routes {
    static let accounts: [Route] = []
}
