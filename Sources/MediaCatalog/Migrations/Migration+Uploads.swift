import ServiceSupport

extension Migration {
    /// Resumable uploads, and which of them a commit belongs to.
    static let uploads = Migration(
        number: 2,
        title: "resumable uploads",
        script: #"""
            CREATE TABLE media.uploads (
                id text NOT NULL,
                transport text NOT NULL,
                kind text NOT NULL,
                parts text[],
                length bigint,
                reserved bigint NOT NULL,
                collection text,
                name text,
                filename text,
                filetype text,
                replace boolean NOT NULL,
                metadata text,
                concatenation text,
                expected_sha256 bytea,
                client text NOT NULL,
                owner text,
                state text NOT NULL,
                file_id uuid,
                problem jsonb,
                created_at timestamptz NOT NULL,
                updated_at timestamptz NOT NULL,
                expires_at timestamptz NOT NULL,
                CONSTRAINT uploads_pkey PRIMARY KEY (id),
                CONSTRAINT uploads_id_check CHECK (id ~ '^[0-9a-f]{32}$'),
                CONSTRAINT uploads_transport_check CHECK (transport IN ('tus', 'http')),
                CONSTRAINT uploads_kind_check CHECK (kind IN ('whole', 'partial', 'final')),
                CONSTRAINT uploads_parts_check CHECK (
                    (kind = 'final') = (parts IS NOT NULL) AND array_position(parts, NULL) IS NULL
                ),
                CONSTRAINT uploads_length_check CHECK (length >= 0),
                CONSTRAINT uploads_reserved_check CHECK (reserved >= 0),
                CONSTRAINT uploads_expected_sha256_check CHECK (octet_length(expected_sha256) = 32),
                CONSTRAINT uploads_state_check CHECK (
                    state IN ('receiving', 'processing', 'complete', 'failed', 'terminated', 'expired')
                )
            );
            -- A hash, because a client's name may be longer than what a B-tree takes.
            CREATE INDEX uploads_client_open_idx ON media.uploads USING hash (client)
                WHERE state IN ('receiving', 'processing', 'failed');
            CREATE INDEX uploads_reserved_open_idx ON media.uploads (reserved)
                WHERE state IN ('receiving', 'processing', 'failed');
            CREATE INDEX uploads_state_created_at_idx ON media.uploads (state, created_at, id);
            CREATE INDEX uploads_expires_at_idx ON media.uploads (expires_at)
                WHERE state IN ('receiving', 'failed');
            CREATE INDEX uploads_updated_at_ended_idx ON media.uploads (updated_at)
                WHERE state IN ('complete', 'terminated', 'expired');

            COMMENT ON TABLE media.uploads IS
                'mediad''s own: resumable uploads, open ones and, for a while, ended ones. Their bytes and their offset are in staging/uploads/ of the storage root. Asking for the release of one notifies the channel media_uploads with its id.';
            COMMENT ON COLUMN media.uploads.id IS
                '128 random bits as 32 hex digits: the last part of the upload''s URL. Who knows it may go on with the upload.';
            COMMENT ON COLUMN media.uploads.transport IS
                'The protocol that made it. tus: tus 1.0. http: Resumable Uploads for HTTP.';
            COMMENT ON COLUMN media.uploads.kind IS
                'whole: becomes a file. partial: a part of a later final one, never a file by itself. final: the concatenation of its parts.';
            COMMENT ON COLUMN media.uploads.parts IS
                'final only: the ids of its parts, in order; one may come more than once. No foreign key, because the parts may end before it.';
            COMMENT ON COLUMN media.uploads.length IS
                'Bytes of the whole. Null until the client has said.';
            COMMENT ON COLUMN media.uploads.reserved IS
                'Bytes that it is counted with against the staging quota while it is open: its length, or what has come of an unknown one.';
            COMMENT ON COLUMN media.uploads.collection IS
                'The collection that the file is to go to. Null while nobody has said.';
            COMMENT ON COLUMN media.uploads.name IS
                'The name that the file is to have. Null: one is made.';
            COMMENT ON COLUMN media.uploads.filename IS
                'What the client calls the file. Text for people; never use it as a path.';
            COMMENT ON COLUMN media.uploads.filetype IS
                'What the client takes the type to be; nothing relies on it.';
            COMMENT ON COLUMN media.uploads.replace IS
                'Whether the file may take the place of one of the same name.';
            COMMENT ON COLUMN media.uploads.metadata IS
                'The field Upload-Metadata (tus) as it was sent.';
            COMMENT ON COLUMN media.uploads.concatenation IS
                'The field Upload-Concat (tus) as it was sent.';
            COMMENT ON COLUMN media.uploads.expected_sha256 IS
                'What the whole must hash to, where the client has said: SHA-256, 32 bytes.';
            COMMENT ON COLUMN media.uploads.client IS
                'Whom the quota counts it for: a name from a trusted proxy, else an address.';
            COMMENT ON COLUMN media.uploads.owner IS
                'The name from a trusted proxy that alone may use the upload. Null: whoever knows the id.';
            COMMENT ON COLUMN media.uploads.state IS
                'receiving: bytes may come. processing: all are there, being made a file. complete: the file is recorded. failed: the bytes cannot become a file as things are, see problem. terminated: ended by the client. expired: ended for lack of bytes.';
            COMMENT ON COLUMN media.uploads.file_id IS
                'complete: media.files.id of what it became; no foreign key, because the file may be deleted before the upload is forgotten.';
            COMMENT ON COLUMN media.uploads.problem IS
                'failed: why, {"code", "message", "details"}.';
            COMMENT ON COLUMN media.uploads.created_at IS
                'When it was announced.';
            COMMENT ON COLUMN media.uploads.updated_at IS
                'Last change of this row. Appending bytes is none.';
            COMMENT ON COLUMN media.uploads.expires_at IS
                'When an unfinished upload ends unless more bytes come. The bytes on disk may say later: the row is not written for each request.';

            ALTER TABLE media.commits ADD COLUMN upload_id text;
            COMMENT ON COLUMN media.commits.upload_id IS
                'publish: media.uploads.id of the resumable upload that the file came with; it becomes complete together with the record.';
            """#
    )
}
