import HTTPServing

extension Routes {
    static let comments: [Route] = [commentList, comment]

    static let commentList = Route(
        "/api/movies/{id}/comments",
        [.get(.read), .head(.read), .post(.change, json), .options],
        parameters: ["limit", "cursor"]
    )
    static let comment = Route(
        "/api/movies/{id}/comments/{commentId}",
        [.patch(.change, json), .delete(.change), .options],
        parameters: []
    )
}
