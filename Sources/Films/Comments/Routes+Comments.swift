import HTTPServing

extension Routes {
    static let comments: [Route] = []
}
