import HTTPServing

extension Routes {
    /// Films, their conflicts, and the right to upload their files.
    static let movies: [Route] = [movieList, movie, trailer, conflict, grants]

    /// All films, page by page; a new one.
    static let movieList = Route(
        "/api/movies",
        [.get(.read), .head(.read), .post(.change, json), .options],
        parameters: MovieList.parameters
    )
    /// A film.
    static let movie = Route(
        "/api/movies/{id}",
        [
            .get(.read), .head(.read), .put(.change, json), .patch(.change, json),
            .delete(.change), .options,
        ],
        parameters: []
    )
    /// Its trailer, with addresses that are good now.
    static let trailer = Route(
        "/api/movies/{id}/trailer",
        [.get(.read), .head(.read), .options],
        parameters: []
    )
    /// That two changed one field.
    static let conflict = Route("/api/conflicts/{id}", [.delete(.change), .options], parameters: [])
    /// The right to upload one file.
    static let grants = Route("/api/grants", [.post(.upload, json), .options], parameters: [])
}
