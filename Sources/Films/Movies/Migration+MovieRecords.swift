import ServiceSupport

extension Migration {
    /// Records as JSON, made where the rows are written: so lists read them ready, and all who show a film show the same.
    static let movieRecords = #"""
        CREATE FUNCTION films.time_text(t timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $function$
            SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        $function$;
        COMMENT ON FUNCTION films.time_text(timestamptz) IS 'RFC 3339 in UTC with microseconds, as all times in JSON are written.';

        CREATE VIEW films.people AS
            SELECT a.id, jsonb_build_object('id', a.id, 'username', a.username, 'avatar', f.picture) AS record
            FROM films.accounts a LEFT JOIN films.files f ON f.file_id = a.avatar_file_id;
        COMMENT ON VIEW films.people IS 'Accounts as others may see them: Person of docs/films-api.yaml.';

        CREATE FUNCTION films.render_movie() RETURNS trigger LANGUAGE plpgsql AS $function$
        DECLARE
            the_poster jsonb;
            the_trailer jsonb;
        BEGIN
            IF NEW.poster_file_id IS NOT NULL THEN
                SELECT f.picture INTO the_poster FROM films.files f WHERE f.file_id = NEW.poster_file_id;
            END IF;
            IF NEW.trailer_file_id IS NOT NULL THEN
                SELECT f.video INTO the_trailer FROM films.files f WHERE f.file_id = NEW.trailer_file_id;
            END IF;
            IF TG_OP = 'UPDATE' AND OLD.added_by IS NOT NULL AND NEW.added_by IS NULL AND NEW.version = OLD.version THEN
                -- The account was deleted, and its name with it.
                NEW.version := OLD.version + 1;
                PERFORM films.note('movie', NEW.id, NEW.version, NULL, 'updated');
            END IF;
            NEW.record := jsonb_build_object(
                'id', NEW.id, 'title', NEW.title, 'description', NEW.description, 'year', NEW.year, 'rating', NEW.rating,
                'categories', NEW.categories, 'tags', NEW.tags,
                'posterFileId', NEW.poster_file_id, 'posterUrl', the_poster ->> 'url', 'poster', the_poster,
                'posterProblem', NEW.poster_problem,
                'trailerFileId', NEW.trailer_file_id, 'trailerUrl', the_trailer ->> 'url', 'trailer', the_trailer,
                'trailerProblem', NEW.trailer_problem,
                'ratings', jsonb_build_object(
                    'mean', CASE WHEN NEW.ratings_count > 0 THEN round(NEW.ratings_sum / NEW.ratings_count, 2) END,
                    'count', NEW.ratings_count
                ),
                'createdAt', films.time_text(NEW.created_at), 'updatedAt', films.time_text(NEW.updated_at),
                'version', NEW.version, 'fieldVersions', NEW.field_versions
            )::text;
            RETURN NEW;
        END
        $function$;
        COMMENT ON FUNCTION films.render_movie() IS 'Keeps films.movies.record as the other columns are.';
        CREATE TRIGGER movies_record BEFORE INSERT OR UPDATE ON films.movies
            FOR EACH ROW EXECUTE FUNCTION films.render_movie();

        CREATE FUNCTION films.file_changed() RETURNS trigger LANGUAGE plpgsql AS $function$
        DECLARE
            changed record;
        BEGIN
            FOR changed IN
                UPDATE films.movies SET version = version + 1, updated_at = now()
                WHERE poster_file_id = NEW.file_id OR trailer_file_id = NEW.file_id RETURNING id, version
            LOOP
                PERFORM films.note('movie', changed.id, changed.version, NULL, 'updated');
            END LOOP;
            FOR changed IN
                UPDATE films.accounts SET version = version + 1 WHERE avatar_file_id = NEW.file_id RETURNING id, version
            LOOP
                PERFORM films.note('account', changed.id, changed.version, changed.id, 'updated');
            END LOOP;
            RETURN NULL;
        END
        $function$;
        COMMENT ON FUNCTION films.file_changed() IS 'A film or an account that shows a file changes with it.';
        CREATE TRIGGER files_changed AFTER UPDATE OF picture, video, is_private ON films.files
            FOR EACH ROW EXECUTE FUNCTION films.file_changed();

        CREATE VIEW films.movie_records AS
            SELECT m.id, m.version, '{"addedBy": ' || coalesce(p.record::text, 'null') || ', ' || substr(m.record, 2) AS record
            FROM films.movies m LEFT JOIN films.people p ON p.id = m.added_by;
        COMMENT ON VIEW films.movie_records IS 'Movie of docs/films-api.yaml, as JSON.';

        CREATE VIEW films.conflict_records AS
            SELECT c.id, c.account_id, c.version,
                jsonb_build_object(
                    'id', c.id, 'movieId', c.movie_id, 'field', c.field, 'mine', c.mine, 'theirs', c.theirs,
                    'outcome', c.outcome, 'by', p.record, 'at', films.time_text(c.at), 'version', c.version
                )::text AS record
            FROM films.conflicts c LEFT JOIN films.people p ON p.id = c.other_id WHERE c.dismissed_at IS NULL;
        COMMENT ON VIEW films.conflict_records IS 'Conflict of docs/films-api.yaml, as JSON; account_id: whose it is.';
        """#
}
