import ServiceSupport

extension Migration {
    /// What uses which file, and files that were deleted and can come back.
    static let links = Migration(
        number: 10,
        title: "links and the trash",
        script: #"""
            CREATE TABLE media.links (
                entity text NOT NULL,
                entity_id text NOT NULL,
                role text NOT NULL,
                file_id uuid NOT NULL,
                is_single boolean NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now(),
                CONSTRAINT links_pkey PRIMARY KEY (entity, entity_id, role, file_id),
                CONSTRAINT links_file_id_fkey FOREIGN KEY (file_id) REFERENCES media.files (id),
                CONSTRAINT links_entity_check CHECK (octet_length(entity) BETWEEN 1 AND 64),
                CONSTRAINT links_entity_id_check CHECK (octet_length(entity_id) BETWEEN 1 AND 255),
                CONSTRAINT links_role_check CHECK (octet_length(role) BETWEEN 1 AND 64)
            );
            CREATE INDEX links_file_id_idx ON media.links (file_id);
            CREATE UNIQUE INDEX links_single_idx ON media.links (entity, entity_id, role) WHERE is_single;

            COMMENT ON TABLE media.links IS
                'What uses a file, where that is no foreign key: (movie, 42, poster). A file that is linked cannot be deleted. Write it with media.link() and media.unlink().';
            COMMENT ON COLUMN media.links.entity IS 'The kind of thing that uses the file: movie.';
            COMMENT ON COLUMN media.links.entity_id IS 'Which one, as the application names it: 42.';
            COMMENT ON COLUMN media.links.role IS 'As what it uses the file: poster.';
            COMMENT ON COLUMN media.links.file_id IS 'The file.';
            COMMENT ON COLUMN media.links.is_single IS
                'Whether the entity has one file in this role, so that the next one takes its place, or many.';
            COMMENT ON COLUMN media.links.created_at IS 'When it was linked.';

            CREATE TABLE media.trash (
                id uuid NOT NULL,
                collection text NOT NULL,
                name text NOT NULL,
                path text NOT NULL,
                size bigint NOT NULL,
                owner text,
                record jsonb NOT NULL,
                links jsonb NOT NULL,
                reason text NOT NULL,
                deleted_at timestamptz NOT NULL DEFAULT now(),
                expires_at timestamptz NOT NULL,
                CONSTRAINT trash_pkey PRIMARY KEY (id),
                CONSTRAINT trash_reason_check CHECK (reason IN ('deleted', 'reaped'))
            );
            CREATE INDEX trash_expires_at_idx ON media.trash (expires_at);
            CREATE INDEX trash_collection_idx ON media.trash (collection, id DESC);

            COMMENT ON TABLE media.trash IS
                'Files that were deleted and can be restored with the same id and path until they expire. Their bytes are in trash/ of the storage root, or on their way there.';
            COMMENT ON COLUMN media.trash.id IS 'The id that the file had in media.files, and has again when it is restored.';
            COMMENT ON COLUMN media.trash.collection IS 'Its collection.';
            COMMENT ON COLUMN media.trash.name IS 'Its name in the collection, without the extension.';
            COMMENT ON COLUMN media.trash.path IS 'Where it lay.';
            COMMENT ON COLUMN media.trash.size IS 'Bytes.';
            COMMENT ON COLUMN media.trash.owner IS 'Whose it is; null: nobody''s in particular.';
            COMMENT ON COLUMN media.trash.record IS 'The row of media.files as it was.';
            COMMENT ON COLUMN media.trash.links IS 'What used it until it was deleted by force: [{"entity", "entityId", "role"}].';
            COMMENT ON COLUMN media.trash.reason IS 'deleted: by somebody. reaped: because nothing used it.';
            COMMENT ON COLUMN media.trash.deleted_at IS 'When.';
            COMMENT ON COLUMN media.trash.expires_at IS 'From when on it is deleted for good.';
            """#
    )
}
