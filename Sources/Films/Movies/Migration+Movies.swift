import ServiceSupport

extension Migration {
    /// Films, what their files look like, and the conflicts of those who change them.
    static let movies = Migration(
        number: 3,
        title: "movies",
        script: Self.mediaFiles + Self.movieTable + Self.conflictTable + Self.movieRecords
    )

    private static let mediaFiles = #"""
        CREATE TABLE films.files (
            file_id uuid NOT NULL,
            picture jsonb,
            video jsonb,
            is_private boolean NOT NULL DEFAULT false,
            CONSTRAINT files_pkey PRIMARY KEY (file_id)
        );
        COMMENT ON TABLE films.files IS
            'What files of mediad look like that records refer to. No foreign key: it protects nothing, and goes when mediad says that the file is gone.';
        COMMENT ON COLUMN films.files.picture IS 'Picture of docs/films-api.yaml; null: it is none.';
        COMMENT ON COLUMN films.files.video IS 'Trailer of docs/films-api.yaml, its addresses without signature; null: it is none.';
        COMMENT ON COLUMN films.files.is_private IS 'Whether its addresses need a signature.';

        CREATE TABLE films.media_cursor (
            id boolean NOT NULL DEFAULT true,
            cursor text,
            base text NOT NULL DEFAULT '',
            CONSTRAINT media_cursor_pkey PRIMARY KEY (id),
            CONSTRAINT media_cursor_one CHECK (id)
        );
        COMMENT ON TABLE films.media_cursor IS 'How far mediad''s feed was followed; one row.';
        COMMENT ON COLUMN films.media_cursor.base IS 'What stands in front of the addresses in films.files: mediad''s origin as browsers reach it.';
        INSERT INTO films.media_cursor DEFAULT VALUES;

        CREATE TABLE films.released_files (
            file_id uuid NOT NULL,
            due_at timestamptz NOT NULL,
            CONSTRAINT released_files_pkey PRIMARY KEY (file_id)
        );
        COMMENT ON TABLE films.released_files IS 'Files that go to mediad''s trash at a time, unless something uses them then.';
        CREATE INDEX released_files_due ON films.released_files (due_at);

        """#

    private static let movieTable = #"""
        CREATE TABLE films.movies (
            id uuid NOT NULL,
            added_by uuid,
            title text NOT NULL,
            description text NOT NULL DEFAULT '',
            year integer,
            rating numeric(3, 1),
            categories text[] NOT NULL DEFAULT '{}',
            tags text[] NOT NULL DEFAULT '{}',
            poster_file_id uuid,
            trailer_file_id uuid,
            poster_problem jsonb,
            trailer_problem jsonb,
            ratings_sum numeric NOT NULL DEFAULT 0,
            ratings_count integer NOT NULL DEFAULT 0,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            version bigint NOT NULL DEFAULT 1,
            field_versions jsonb NOT NULL,
            field_authors jsonb NOT NULL,
            title_key text COLLATE "C" NOT NULL,
            search_text text COLLATE "C" NOT NULL,
            record text NOT NULL,
            year_key integer NOT NULL GENERATED ALWAYS AS (coalesce(year, -1)) STORED,
            rating_key numeric(3, 1) NOT NULL GENERATED ALWAYS AS (coalesce(rating, -1)) STORED,
            liked_key numeric(8, 6) NOT NULL
                GENERATED ALWAYS AS (CASE WHEN ratings_count > 0 THEN ratings_sum / ratings_count ELSE -1 END) STORED,
            CONSTRAINT movies_pkey PRIMARY KEY (id),
            CONSTRAINT movies_added_by_fkey FOREIGN KEY (added_by) REFERENCES films.accounts (id) ON DELETE SET NULL,
            CONSTRAINT movies_poster_file_id_fkey FOREIGN KEY (poster_file_id) REFERENCES media.files (id),
            CONSTRAINT movies_trailer_file_id_fkey FOREIGN KEY (trailer_file_id) REFERENCES media.files (id),
            CONSTRAINT movies_rating_range CHECK (rating BETWEEN 0 AND 10),
            CONSTRAINT movies_year_range CHECK (year BETWEEN 1870 AND 2200)
        );
        COMMENT ON TABLE films.movies IS 'The films.';
        COMMENT ON COLUMN films.movies.added_by IS 'Who added it; null: the account was deleted.';
        COMMENT ON COLUMN films.movies.poster_problem IS 'Why the last poster came to nothing: FileProblem of docs/films-api.yaml.';
        COMMENT ON COLUMN films.movies.ratings_sum IS 'Of the newest rating of each viewer.';
        COMMENT ON COLUMN films.movies.field_versions IS 'For each field the version at which it got its value.';
        COMMENT ON COLUMN films.movies.field_authors IS 'For each field who gave it its value, and when: {"title": {"by": ..., "at": ...}}.';
        COMMENT ON COLUMN films.movies.title_key IS 'What lists are sorted by: folded, without article, its first 50 characters.';
        COMMENT ON COLUMN films.movies.search_text IS 'All that searches look at, folded.';
        COMMENT ON COLUMN films.movies.record IS 'Movie of docs/films-api.yaml as JSON, but for addedBy; made by a trigger.';

        CREATE INDEX movies_added ON films.movies (created_at DESC, id DESC);
        CREATE INDEX movies_title ON films.movies (title_key, id);
        CREATE INDEX movies_year ON films.movies (year_key DESC, id DESC);
        CREATE INDEX movies_rating ON films.movies (rating_key DESC, id DESC);
        CREATE INDEX movies_liked ON films.movies (liked_key DESC, id DESC);
        CREATE INDEX movies_added_by ON films.movies (added_by, created_at DESC, id DESC);
        CREATE INDEX movies_poster ON films.movies (poster_file_id) WHERE poster_file_id IS NOT NULL;
        CREATE INDEX movies_trailer ON films.movies (trailer_file_id) WHERE trailer_file_id IS NOT NULL;
        CREATE INDEX movies_categories ON films.movies USING gin (categories);
        CREATE INDEX movies_tags ON films.movies USING gin (tags);

        -- Searches are quick with pg_trgm, and right without.
        DO $do$
        BEGIN
            CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA films;
            EXECUTE format(
                'CREATE INDEX movies_search ON films.movies USING gin (search_text %I.gin_trgm_ops)',
                (SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
                 WHERE e.extname = 'pg_trgm')
            );
        EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR invalid_schema_name THEN
            RAISE NOTICE 'pg_trgm cannot be had: searches read all films';
        END
        $do$;

        """#

    private static let conflictTable = #"""
        CREATE TABLE films.conflicts (
            id uuid NOT NULL,
            account_id uuid NOT NULL,
            movie_id uuid NOT NULL,
            field text NOT NULL,
            mine jsonb,
            theirs jsonb,
            outcome text NOT NULL,
            other_id uuid,
            at timestamptz NOT NULL,
            version bigint NOT NULL DEFAULT 1,
            dismissed_at timestamptz,
            CONSTRAINT conflicts_pkey PRIMARY KEY (id),
            CONSTRAINT conflicts_account_id_fkey FOREIGN KEY (account_id) REFERENCES films.accounts (id) ON DELETE CASCADE,
            CONSTRAINT conflicts_movie_id_fkey FOREIGN KEY (movie_id) REFERENCES films.movies (id) ON DELETE CASCADE,
            CONSTRAINT conflicts_other_id_fkey FOREIGN KEY (other_id) REFERENCES films.accounts (id) ON DELETE SET NULL,
            CONSTRAINT conflicts_outcome CHECK (outcome IN ('lost', 'won'))
        );
        COMMENT ON TABLE films.conflicts IS 'That two changed one field without knowing of each other: one row for each of them.';
        COMMENT ON COLUMN films.conflicts.account_id IS 'Whose row it is.';
        COMMENT ON COLUMN films.conflicts.mine IS 'What this account had set.';
        COMMENT ON COLUMN films.conflicts.theirs IS 'What the other had set.';
        COMMENT ON COLUMN films.conflicts.outcome IS 'lost: theirs counts now. won: mine.';
        COMMENT ON COLUMN films.conflicts.dismissed_at IS 'When the person had read it; then the values are gone.';
        CREATE INDEX conflicts_account ON films.conflicts (account_id, id) WHERE dismissed_at IS NULL;
        CREATE INDEX conflicts_movie ON films.conflicts (movie_id);
        CREATE INDEX conflicts_other ON films.conflicts (other_id);

        """#
}
