import ServiceSupport

extension Migration {
    /// Keys of API services, grants that were used, and whose files and uploads are.
    static let access = Migration(
        number: 9,
        title: "keys, grants and owners",
        script: #"""
            CREATE TABLE media.keys (
                id text NOT NULL,
                name text NOT NULL,
                scopes text[] NOT NULL,
                digest bytea NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now(),
                expires_at timestamptz,
                revoked_at timestamptz,
                CONSTRAINT keys_pkey PRIMARY KEY (id),
                CONSTRAINT keys_id_check CHECK (id ~ '^[a-z2-7]{12}$'),
                CONSTRAINT keys_digest_check CHECK (octet_length(digest) = 32)
            );
            COMMENT ON TABLE media.keys IS 'Keys with which API services come. Revoking one: UPDATE ... SET revoked_at = now(), or "mediad key revoke".';
            COMMENT ON COLUMN media.keys.id IS 'The part of the key behind mk_; no secret.';
            COMMENT ON COLUMN media.keys.name IS 'What whoever made it calls it.';
            COMMENT ON COLUMN media.keys.scopes IS 'What it may do: read:posters/*, manage and the like.';
            COMMENT ON COLUMN media.keys.digest IS 'SHA-256 of the secret part. The secret itself is nowhere.';
            COMMENT ON COLUMN media.keys.created_at IS 'When it was made.';
            COMMENT ON COLUMN media.keys.expires_at IS 'When it ends by itself; null: never.';
            COMMENT ON COLUMN media.keys.revoked_at IS 'Since when it counts no more; null: it counts.';

            CREATE TABLE media.used_grants (
                id text NOT NULL,
                upload_id text,
                file_id uuid,
                expires_at timestamptz NOT NULL,
                CONSTRAINT used_grants_pkey PRIMARY KEY (id)
            );
            CREATE INDEX used_grants_expires_at_idx ON media.used_grants (expires_at);
            COMMENT ON TABLE media.used_grants IS 'Grants that an upload was begun with: each is for one. Kept until the grant has expired.';
            COMMENT ON COLUMN media.used_grants.id IS 'The grant''s jti.';
            COMMENT ON COLUMN media.used_grants.upload_id IS 'The resumable upload that was begun; null for a plain one.';
            COMMENT ON COLUMN media.used_grants.file_id IS 'The file that a plain upload became; null before.';
            COMMENT ON COLUMN media.used_grants.expires_at IS 'From when on the row may go.';

            ALTER TABLE media.files ADD COLUMN owner text;
            COMMENT ON COLUMN media.files.owner IS 'Who uploaded it: the subject of the token, or of the grant. Null: nobody in particular.';
            CREATE INDEX files_owner_idx ON media.files (owner) WHERE owner IS NOT NULL;
            """#
    )
}
