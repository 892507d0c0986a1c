import ServiceSupport

extension Migration {
    /// People, their sessions, and the keys that access tokens are signed with (decision 71).
    static let accounts = Migration(
        number: 2,
        title: "accounts",
        script: #"""
            CREATE TABLE films.accounts (
                id uuid NOT NULL,
                username text NOT NULL,
                username_key text NOT NULL,
                email text NOT NULL,
                email_key text NOT NULL,
                password_hash text NOT NULL,
                role text NOT NULL,
                language text,
                theme text,
                avatar_file_id uuid,
                created_at timestamptz NOT NULL,
                version bigint NOT NULL DEFAULT 1,
                CONSTRAINT accounts_pkey PRIMARY KEY (id),
                CONSTRAINT accounts_username_key UNIQUE (username_key),
                CONSTRAINT accounts_email_key UNIQUE (email_key),
                CONSTRAINT accounts_avatar_file FOREIGN KEY (avatar_file_id) REFERENCES media.files (id),
                CONSTRAINT accounts_role CHECK (role IN ('administrator', 'member')),
                CONSTRAINT accounts_language CHECK (language IN ('en', 'fr')),
                CONSTRAINT accounts_theme CHECK (theme IN ('system', 'light', 'dark'))
            );
            COMMENT ON TABLE films.accounts IS 'The people who use the application.';
            COMMENT ON COLUMN films.accounts.username_key IS 'The user name without case and accents.';
            COMMENT ON COLUMN films.accounts.email IS 'Shown to nobody but the person.';
            COMMENT ON COLUMN films.accounts.email_key IS 'The address without case.';
            COMMENT ON COLUMN films.accounts.password_hash IS 'Argon2id in the PHC string format.';
            CREATE INDEX accounts_avatar_file ON films.accounts (avatar_file_id) WHERE avatar_file_id IS NOT NULL;

            CREATE TABLE films.sessions (
                id uuid NOT NULL,
                account_id uuid NOT NULL,
                device text,
                family_key bytea NOT NULL,
                generation bigint NOT NULL,
                created_at timestamptz NOT NULL,
                last_used_at timestamptz NOT NULL,
                expires_at timestamptz NOT NULL,
                CONSTRAINT sessions_pkey PRIMARY KEY (id),
                CONSTRAINT sessions_account FOREIGN KEY (account_id) REFERENCES films.accounts (id) ON DELETE CASCADE
            );
            COMMENT ON TABLE films.sessions IS 'Where people are signed in. A session that is ended has no row.';
            COMMENT ON COLUMN films.sessions.family_key IS 'Proves that a refresh token was once given out for this session.';
            COMMENT ON COLUMN films.sessions.generation IS 'Of the refresh token that is good.';
            CREATE INDEX sessions_account ON films.sessions (account_id, last_used_at);
            CREATE INDEX sessions_expiry ON films.sessions (expires_at);

            CREATE TABLE films.refresh_tokens (
                session_id uuid NOT NULL,
                generation bigint NOT NULL,
                digest bytea NOT NULL,
                successor_nonce bytea,
                replaced_at timestamptz,
                CONSTRAINT refresh_tokens_pkey PRIMARY KEY (session_id, generation),
                CONSTRAINT refresh_tokens_session FOREIGN KEY (session_id) REFERENCES films.sessions (id) ON DELETE CASCADE
            );
            COMMENT ON TABLE films.refresh_tokens IS 'The good refresh token of each session, and those that it has just replaced.';
            COMMENT ON COLUMN films.refresh_tokens.digest IS 'SHA-256 of the token.';
            COMMENT ON COLUMN films.refresh_tokens.successor_nonce IS
                'With it and the token itself the successor is made again; the database alone does not know it.';

            CREATE TABLE films.ended_sessions (
                session_id uuid NOT NULL,
                ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
            );
            COMMENT ON TABLE films.ended_sessions IS 'Sessions whose access tokens may not have run out yet; every filmd reads the latest.';
            CREATE INDEX ended_sessions_time ON films.ended_sessions (ended_at);

            CREATE FUNCTION films.note_ended_session() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO films.ended_sessions (session_id) VALUES (OLD.id);
                RETURN NULL;
            END
            $$;
            CREATE TRIGGER sessions_ended AFTER DELETE ON films.sessions
                FOR EACH ROW EXECUTE FUNCTION films.note_ended_session();

            CREATE TABLE films.signing_keys (
                id text NOT NULL,
                seed bytea NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now(),
                CONSTRAINT signing_keys_pkey PRIMARY KEY (id)
            );
            COMMENT ON TABLE films.signing_keys IS 'Ed25519 keys of access tokens. All verify; the newest that is a minute old signs.';
            COMMENT ON COLUMN films.signing_keys.seed IS 'The private key (RFC 8032 section 5.1.5).';
            REVOKE ALL ON films.signing_keys, films.accounts, films.sessions, films.refresh_tokens FROM PUBLIC;

            CREATE FUNCTION films.rotate_signing_key() RETURNS text LANGUAGE plpgsql AS $$
            DECLARE
                random text := '';
                name text := left(replace(gen_random_uuid()::text, '-', ''), 12);
            BEGIN
                -- Each UUID has 122 random bits.
                FOR step IN 1..4 LOOP random := random || gen_random_uuid()::text; END LOOP;
                -- Nothing is good any more that a key of an hour ago has signed.
                DELETE FROM films.signing_keys WHERE created_at < (SELECT max(created_at) FROM films.signing_keys) - interval '1 hour';
                INSERT INTO films.signing_keys (id, seed) VALUES (name, sha256(convert_to(random, 'UTF8')));
                RETURN name;
            END
            $$;
            COMMENT ON FUNCTION films.rotate_signing_key() IS 'Makes a new key for access tokens. It signs from the next minute on.';
            SELECT films.rotate_signing_key();

            CREATE FUNCTION films.note(entity text, id uuid, version bigint, audience uuid, change text)
                RETURNS void LANGUAGE sql AS 'SELECT';

            CREATE FUNCTION films.lock_roles() RETURNS void LANGUAGE sql AS
                'SELECT pg_advisory_xact_lock(6031995174402881234)';
            COMMENT ON FUNCTION films.lock_roles() IS 'Whoever decides who is an administrator does so alone.';

            CREATE FUNCTION films.account_created(account uuid) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                -- What other folders own is looked for by name: their tables are younger than this function.
                IF to_regprocedure('films.create_standard_lists(uuid)') IS NOT NULL THEN
                    PERFORM films.create_standard_lists(account);
                END IF;
                PERFORM films.note('account', account, 1, account, 'created');
            END
            $$;
            COMMENT ON FUNCTION films.account_created(uuid) IS 'Gives a new account what everybody has from the beginning.';

            CREATE FUNCTION films.release_avatar(file uuid, grace interval) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                IF to_regclass('films.released_files') IS NOT NULL THEN
                    INSERT INTO films.released_files (file_id, due_at) VALUES (file, now() + grace)
                        ON CONFLICT (file_id) DO UPDATE SET due_at = excluded.due_at;
                END IF;
            END
            $$;
            COMMENT ON FUNCTION films.release_avatar(uuid, interval) IS 'Lets a picture go to mediad''s trash after a time.';

            CREATE FUNCTION films.erase_account(account uuid) RETURNS boolean LANGUAGE plpgsql AS $$
            DECLARE
                gone films.accounts%ROWTYPE;
                heir films.accounts%ROWTYPE;
            BEGIN
                PERFORM films.lock_roles();
                PERFORM media.unlink('account', account::text);
                DELETE FROM films.accounts a WHERE a.id = account RETURNING * INTO gone;
                IF NOT FOUND THEN RETURN false; END IF;
                -- Lists and comments are gone with it; the first responses of films that stay have the person's name.
                UPDATE films.creations c
                    SET body = NULL, response = NULL, account_id = NULL,
                        deleted_at = CASE WHEN c.entity = 'movie' THEN c.deleted_at ELSE coalesce(c.deleted_at, now()) END
                    WHERE c.account_id = account OR c.id = account;
                IF gone.avatar_file_id IS NOT NULL THEN
                    PERFORM films.release_avatar(gone.avatar_file_id, interval '0');
                END IF;
                UPDATE films.accounts a SET role = 'administrator', version = a.version + 1
                    WHERE a.id = (SELECT o.id FROM films.accounts o ORDER BY o.created_at, o.id LIMIT 1)
                    AND NOT EXISTS (SELECT FROM films.accounts o WHERE o.role = 'administrator') RETURNING * INTO heir;
                IF FOUND THEN
                    PERFORM films.note('account', heir.id, heir.version, heir.id, 'updated');
                END IF;
                PERFORM films.note('account', account, gone.version + 1, account, 'deleted');
                RETURN true;
            END
            $$;
            COMMENT ON FUNCTION films.erase_account(uuid) IS
                'Takes an account, and all that it has, from the database. Films stay. The last administrator is followed by the oldest account.';
            """#
    )
}
