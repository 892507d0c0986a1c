import HTTPServing

extension Routes {
    static let movies: [Route] = []
}
