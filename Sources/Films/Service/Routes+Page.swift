import HTTPServing

extension Routes {
    static let page: [Route] = []
}
