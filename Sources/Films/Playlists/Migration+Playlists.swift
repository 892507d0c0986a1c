import ServiceSupport

extension Migration {
    /// Lists of films. Whatever removes an item (a command, the film's end) raises the list's version in one place.
    static let playlists = Migration(
        number: 4,
        title: "playlists",
        script: #"""
            CREATE TABLE films.playlists (
                id uuid NOT NULL,
                owner_id uuid NOT NULL REFERENCES films.accounts ON DELETE CASCADE,
                kind text NOT NULL,
                name text NOT NULL,
                token text,
                created_at timestamptz NOT NULL DEFAULT now(),
                updated_at timestamptz NOT NULL DEFAULT now(),
                version bigint NOT NULL DEFAULT 1,
                CONSTRAINT playlists_pkey PRIMARY KEY (id),
                CONSTRAINT playlists_kind_check CHECK (kind IN ('favourites', 'toWatch', 'own')),
                CONSTRAINT playlists_token_key UNIQUE (token),
                CONSTRAINT playlists_token_check CHECK (token ~ '^[A-Za-z0-9_-]{16,64}$')
            );
            CREATE INDEX playlists_owner_id_idx ON films.playlists (owner_id);
            CREATE UNIQUE INDEX playlists_standard_idx ON films.playlists (owner_id, kind) WHERE kind <> 'own';
            COMMENT ON TABLE films.playlists IS 'Lists of films. Each account has one of the kinds favourites and toWatch.';
            COMMENT ON COLUMN films.playlists.id IS 'Made by the client; of the first two by the service.';
            COMMENT ON COLUMN films.playlists.owner_id IS 'Whose it is.';
            COMMENT ON COLUMN films.playlists.kind IS 'favourites, toWatch or own.';
            COMMENT ON COLUMN films.playlists.name IS 'Of its own kind; clients name the other two in the person''s language.';
            COMMENT ON COLUMN films.playlists.token IS 'Whoever knows it may read the list; null: nobody but the owner.';
            COMMENT ON COLUMN films.playlists.created_at IS 'When it was made.';
            COMMENT ON COLUMN films.playlists.updated_at IS 'When it or its items last changed.';
            COMMENT ON COLUMN films.playlists.version IS 'Raised by each change of it or its items.';

            CREATE TABLE films.playlist_items (
                id uuid NOT NULL,
                playlist_id uuid NOT NULL REFERENCES films.playlists ON DELETE CASCADE,
                movie_id uuid NOT NULL REFERENCES films.movies ON DELETE CASCADE,
                place bigint NOT NULL,
                added_at timestamptz NOT NULL DEFAULT now(),
                CONSTRAINT playlist_items_pkey PRIMARY KEY (id),
                CONSTRAINT playlist_items_movie_key UNIQUE (playlist_id, movie_id)
            );
            CREATE INDEX playlist_items_movie_id_idx ON films.playlist_items (movie_id);
            COMMENT ON TABLE films.playlist_items IS 'Films on lists, each once on a list.';
            COMMENT ON COLUMN films.playlist_items.id IS 'Made by the client.';
            COMMENT ON COLUMN films.playlist_items.playlist_id IS 'The list; its row is locked by whoever changes the order.';
            COMMENT ON COLUMN films.playlist_items.movie_id IS 'The film.';
            COMMENT ON COLUMN films.playlist_items.place IS 'The order; only which is greater means something.';
            COMMENT ON COLUMN films.playlist_items.added_at IS 'When it was added.';

            CREATE FUNCTION films.forget(id uuid) RETURNS void LANGUAGE sql AS $function$
                UPDATE films.creations c SET deleted_at = now(), body = NULL, response = NULL, account_id = NULL
                WHERE c.id = $1 AND c.deleted_at IS NULL
            $function$;
            COMMENT ON FUNCTION films.forget(uuid) IS 'Remembers of a record only that it was deleted, so that its id is not used again.';

            CREATE FUNCTION films.create_standard_lists(account uuid) RETURNS void LANGUAGE plpgsql AS $function$
            DECLARE
                list uuid;
                chosen text;
            BEGIN
                FOREACH chosen IN ARRAY ARRAY['favourites', 'toWatch'] LOOP
                    list := gen_random_uuid();
                    INSERT INTO films.playlists (id, owner_id, kind, name) VALUES (list, account, chosen, chosen);
                    PERFORM films.note('playlist', list, 1, account, 'created');
                END LOOP;
            END
            $function$;
            COMMENT ON FUNCTION films.create_standard_lists(uuid) IS
                'Makes the two lists that everybody has, in the transaction that makes the account.';

            CREATE FUNCTION films.item_removed() RETURNS trigger LANGUAGE plpgsql AS $function$
            DECLARE
                list films.playlists%ROWTYPE;
            BEGIN
                PERFORM films.forget(OLD.id);
                UPDATE films.playlists SET version = version + 1, updated_at = now() WHERE id = OLD.playlist_id
                    RETURNING * INTO list;
                IF FOUND THEN
                    PERFORM films.note('playlist', list.id, list.version, list.owner_id, 'updated');
                END IF;
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION films.item_removed() IS 'A list that loses an item has another version, whatever took the item away.';
            CREATE TRIGGER playlist_items_removed AFTER DELETE ON films.playlist_items
                FOR EACH ROW EXECUTE FUNCTION films.item_removed();

            CREATE FUNCTION films.playlist_removed() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                PERFORM films.forget(OLD.id);
                PERFORM films.note('playlist', OLD.id, OLD.version + 1, OLD.owner_id, 'deleted');
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION films.playlist_removed() IS 'Says that a list is gone, whatever took it away.';
            CREATE TRIGGER playlists_removed AFTER DELETE ON films.playlists
                FOR EACH ROW EXECUTE FUNCTION films.playlist_removed();
            """#
    )
}
