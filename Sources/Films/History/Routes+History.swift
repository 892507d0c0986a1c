import HTTPServing

extension Routes {
    static let history: [Route] = [place]

    static let place = Route(
        "/api/movies/{id}/history",
        [.get(.read), .head(.read), .put(.change, json), .delete(.change), .options],
        parameters: []
    )
}
