import HTTPServing

extension Routes {
    static let history: [Route] = []
}
