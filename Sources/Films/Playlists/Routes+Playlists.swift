import HTTPServing

extension Routes {
    static let playlists: [Route] = []
}
