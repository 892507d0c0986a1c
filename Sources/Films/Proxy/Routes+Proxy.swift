import HTTPServing

extension Routes {
    /// Passed on to mediad, where browsers do not reach it by an address of its own. mediad decides who may do what there.
    static let proxy = [Self.mediaFiles, Self.mediaUploads, Self.mediaUpload]

    /// The bytes of files, and what is made from them.
    static let mediaFiles = Route("/files/**", [.get(.anyone), .head(.anyone), .options])
    /// Where uploads begin.
    static let mediaUploads = Route(
        "/api/uploads",
        [.get(.anyone), .head(.anyone), .post(.anyone, .streamed), .options]
    )
    /// Uploads that were begun.
    static let mediaUpload = Route(
        "/api/uploads/**",
        [
            .get(.anyone), .head(.anyone), .post(.anyone, .streamed), .patch(.anyone, .streamed), .delete(.anyone),
            .options,
        ]
    )

    /// Beginnings of the paths of these routes.
    package static let proxiedPrefixes = ["/files/", "/api/uploads"]
}
