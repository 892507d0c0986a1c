import ServiceSupport

extension Migration {
    /// Lists by type: each of them in the order of ids, by an index of its own.
    static let listing = Migration(
        number: 16,
        title: "lists by type",
        script: #"""
            CREATE INDEX files_collection_type_id_idx ON media.files (collection, type, id DESC);
            CREATE INDEX files_top_level_type_id_idx ON media.files (split_part(type, '/', 1), id DESC);
            """#
    )
}
