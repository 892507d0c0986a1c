import ServiceSupport

extension Migration {
    /// Where each person is in each film.
    static let history = Migration(
        number: 6,
        title: "history",
        script: #"""
            CREATE TABLE films.history (
                account_id uuid NOT NULL REFERENCES films.accounts ON DELETE CASCADE,
                movie_id uuid NOT NULL REFERENCES films.movies ON DELETE CASCADE,
                position_seconds double precision NOT NULL,
                duration_seconds double precision,
                watched boolean NOT NULL,
                device text,
                updated_at timestamptz NOT NULL DEFAULT now(),
                version bigint NOT NULL DEFAULT 1,
                CONSTRAINT history_pkey PRIMARY KEY (account_id, movie_id),
                CONSTRAINT history_position_check CHECK (position_seconds BETWEEN 0 AND 360000),
                CONSTRAINT history_duration_check CHECK (duration_seconds BETWEEN 0 AND 360000)
            );
            CREATE INDEX history_movie_id_idx ON films.history (movie_id);
            COMMENT ON TABLE films.history IS 'What people watched. Of the film, so that another trailer or title loses none of it.';
            COMMENT ON COLUMN films.history.account_id IS 'Who; nobody else sees it.';
            COMMENT ON COLUMN films.history.movie_id IS 'The film.';
            COMMENT ON COLUMN films.history.position_seconds IS 'How far.';
            COMMENT ON COLUMN films.history.duration_seconds IS 'Of what was played; null: not known.';
            COMMENT ON COLUMN films.history.watched IS 'Whether the person counts it as watched, whatever the position.';
            COMMENT ON COLUMN films.history.device IS 'Where it was last.';
            COMMENT ON COLUMN films.history.updated_at IS 'When it last changed.';
            COMMENT ON COLUMN films.history.version IS 'Raised by each change.';

            CREATE FUNCTION films.history_removed() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                PERFORM films.note('history', OLD.movie_id, OLD.version + 1, OLD.account_id, 'deleted');
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION films.history_removed() IS 'Says that a place in a film is gone, whatever took it away.';
            CREATE TRIGGER history_removed AFTER DELETE ON films.history
                FOR EACH ROW EXECUTE FUNCTION films.history_removed();
            """#
    )
}
