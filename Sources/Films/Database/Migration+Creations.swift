import ServiceSupport

extension Migration {
    /// What makes creations repeatable: a client that did not hear the answer sends the same again.
    static let creations = Migration(
        number: 1,
        title: "creations",
        script: #"""
            CREATE TABLE films.creations (
                id uuid NOT NULL,
                entity text NOT NULL,
                account_id uuid,
                body bytea,
                status integer NOT NULL DEFAULT 201,
                response text,
                deleted_at timestamptz,
                CONSTRAINT creations_pkey PRIMARY KEY (id)
            );
            COMMENT ON TABLE films.creations IS 'Every id that a client made, for as long as the service lives.';
            COMMENT ON COLUMN films.creations.id IS 'Of what was created.';
            COMMENT ON COLUMN films.creations.entity IS 'What it is: movie, account, playlist, item, comment.';
            COMMENT ON COLUMN films.creations.account_id IS 'Who created it; null: nobody any more.';
            COMMENT ON COLUMN films.creations.body IS 'SHA-256 of the request''s body in canonical form; null once it is deleted.';
            COMMENT ON COLUMN films.creations.status IS 'Of the first response.';
            COMMENT ON COLUMN films.creations.response IS 'The first response''s body; null once it is deleted.';
            COMMENT ON COLUMN films.creations.deleted_at IS 'When it was deleted; null: it is there.';

            CREATE TABLE films.secrets (
                name text NOT NULL,
                secret bytea NOT NULL,
                CONSTRAINT secrets_pkey PRIMARY KEY (name)
            );
            COMMENT ON TABLE films.secrets IS 'Keys that all processes of filmd share.';
            COMMENT ON COLUMN films.secrets.name IS 'What it is for.';
            COMMENT ON COLUMN films.secrets.secret IS 'The key.';
            INSERT INTO films.secrets (name, secret)
                VALUES ('cursors', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
            """#
    )
}
