import HTTPServing

extension Routes {
    static let playlists: [Route] = [playlistList, playlist, playlistItems, playlistItem, sharedPlaylist]

    static let playlistList = Route(
        "/api/playlists",
        [.get(.read), .head(.read), .post(.change, json), .options],
        parameters: []
    )
    static let playlist = Route(
        "/api/playlists/{id}",
        [.get(.read), .head(.read), .patch(.change, json), .delete(.change), .options],
        parameters: []
    )
    static let playlistItems = Route("/api/playlists/{id}/items", [.post(.change, json), .options], parameters: [])
    static let playlistItem = Route(
        "/api/playlists/{id}/items/{itemId}",
        [.patch(.change, json), .delete(.change), .options],
        parameters: []
    )
    static let sharedPlaylist = Route(
        "/api/shared/{token}",
        [.get(.anyone), .head(.anyone), .options],
        parameters: []
    )
}
