import ServiceSupport

extension Migration {
    /// Comments, and what they make of a film's ratings.
    static let comments = Migration(
        number: 5,
        title: "comments",
        script: #"""
            CREATE TABLE films.comments (
                id uuid NOT NULL,
                movie_id uuid NOT NULL REFERENCES films.movies ON DELETE CASCADE,
                author_id uuid NOT NULL REFERENCES films.accounts ON DELETE CASCADE,
                text text NOT NULL,
                rating numeric(3, 1),
                rated_at timestamptz,
                created_at timestamptz NOT NULL DEFAULT now(),
                updated_at timestamptz NOT NULL DEFAULT now(),
                version bigint NOT NULL DEFAULT 1,
                CONSTRAINT comments_pkey PRIMARY KEY (id),
                CONSTRAINT comments_rating_check CHECK (rating BETWEEN 0 AND 10),
                CONSTRAINT comments_rated_at_check CHECK ((rating IS NULL) = (rated_at IS NULL)),
                CONSTRAINT comments_content_check CHECK (text <> '' OR rating IS NOT NULL)
            );
            CREATE INDEX comments_movie_id_idx ON films.comments (movie_id, created_at, id);
            CREATE INDEX comments_author_id_idx ON films.comments (author_id);
            CREATE INDEX comments_created_at_idx ON films.comments (created_at, id);
            COMMENT ON TABLE films.comments IS 'What people say of films: a text, a rating, or both.';
            COMMENT ON COLUMN films.comments.id IS 'Made by the client.';
            COMMENT ON COLUMN films.comments.movie_id IS 'The film.';
            COMMENT ON COLUMN films.comments.author_id IS 'Who says it.';
            COMMENT ON COLUMN films.comments.text IS 'In NFC; perhaps empty.';
            COMMENT ON COLUMN films.comments.rating IS '0.0 to 10.0; null: none.';
            COMMENT ON COLUMN films.comments.rated_at IS 'When the rating got its value.';
            COMMENT ON COLUMN films.comments.created_at IS 'When it was made.';
            COMMENT ON COLUMN films.comments.updated_at IS 'When it last changed.';
            COMMENT ON COLUMN films.comments.version IS 'Raised by each change.';

            CREATE FUNCTION films.note_rating(movie uuid) RETURNS void LANGUAGE plpgsql AS $function$
            DECLARE
                total numeric;
                number integer;
                changed bigint;
            BEGIN
                -- The lock first: the next statement then sees the comments of all who held it before.
                PERFORM FROM films.movies WHERE id = movie FOR NO KEY UPDATE;
                IF NOT FOUND THEN
                    RETURN;
                END IF;
                SELECT coalesce(sum(rating), 0), count(*) INTO total, number FROM (
                    SELECT DISTINCT ON (author_id) rating FROM films.comments
                    WHERE movie_id = movie AND rating IS NOT NULL ORDER BY author_id, rated_at DESC, id DESC
                ) newest;
                UPDATE films.movies SET ratings_sum = total, ratings_count = number, version = version + 1
                    WHERE id = movie AND (ratings_sum, ratings_count) IS DISTINCT FROM (total, number)
                    RETURNING version INTO changed;
                IF FOUND THEN
                    PERFORM films.note('movie', movie, changed, NULL, 'updated');
                END IF;
            END
            $function$;
            COMMENT ON FUNCTION films.note_rating(uuid) IS
                'Counts a film''s ratings anew: of each person the one that was given last. Called in the transaction that changes a rating.';

            CREATE FUNCTION films.comment_removed() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                PERFORM films.forget(OLD.id);
                PERFORM films.note('comment', OLD.id, OLD.version + 1, NULL, 'deleted');
                IF OLD.rating IS NOT NULL THEN
                    PERFORM films.note_rating(OLD.movie_id);
                END IF;
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION films.comment_removed() IS 'Says that a comment is gone, whatever took it away: its film or its author may.';
            CREATE TRIGGER comments_removed AFTER DELETE ON films.comments
                FOR EACH ROW EXECUTE FUNCTION films.comment_removed();
            """#
    )
}
