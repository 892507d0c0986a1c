import HTTPServing

extension Routes {
    static let sync: [Route] = []
}
