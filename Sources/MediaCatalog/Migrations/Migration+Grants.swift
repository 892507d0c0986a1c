import ServiceSupport

extension Migration {
    /// Which commit a grant belongs to, what an upload may become, whose it is.
    static let grants = Migration(
        number: 13,
        title: "grants of commits and uploads, owners of uploads",
        script: #"""
            ALTER TABLE media.used_grants ADD COLUMN commit_id uuid;
            CREATE INDEX used_grants_commit_id_idx ON media.used_grants (commit_id) WHERE commit_id IS NOT NULL;
            CREATE INDEX used_grants_upload_id_idx ON media.used_grants (upload_id) WHERE upload_id IS NOT NULL;
            COMMENT ON COLUMN media.used_grants.file_id IS 'The file that an upload with the grant became; null before. No foreign key: a grant stays used when its file is deleted.';
            COMMENT ON COLUMN media.used_grants.commit_id IS 'The commit of a plain upload with the grant: while there is no file, the grant is free again when the commit is withdrawn.';

            ALTER TABLE media.uploads ADD COLUMN began_with text;
            ALTER TABLE media.uploads ADD COLUMN conditions jsonb;
            COMMENT ON COLUMN media.uploads.owner IS 'Whose it is: the subject of the token or grant, or the name from a trusted proxy. Nobody else may use it. Null: whoever knows the id, unless began_with is set.';
            COMMENT ON COLUMN media.uploads.began_with IS 'key:... or grant:..., what it was begun with: without an owner nobody else may use it.';
            COMMENT ON COLUMN media.uploads.conditions IS 'What its grant, and the rights of whoever began it, allow it to become. Null: what the collection allows.';
            -- A hash, as an owner may be as long as a proxy sends it.
            CREATE INDEX uploads_owner_open_idx ON media.uploads USING hash (owner)
                WHERE owner IS NOT NULL AND state IN ('receiving', 'processing', 'failed');
            CREATE INDEX uploads_began_with_open_idx ON media.uploads USING hash (began_with)
                WHERE began_with IS NOT NULL AND state IN ('receiving', 'processing', 'failed');

            CREATE TABLE media.secrets (
                purpose text NOT NULL,
                secret text NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now(),
                CONSTRAINT secrets_pkey PRIMARY KEY (purpose)
            );
            REVOKE ALL ON media.secrets FROM PUBLIC;
            COMMENT ON TABLE media.secrets IS 'What mediad signs with where access.signatureKeys is empty. For mediad alone: give no other role a right to it.';
            COMMENT ON COLUMN media.secrets.purpose IS 'What is signed: grant.';
            COMMENT ON COLUMN media.secrets.secret IS 'As a key of access.signatureKeys.';
            COMMENT ON COLUMN media.secrets.created_at IS 'When it was made.';
            """#
    )
}
