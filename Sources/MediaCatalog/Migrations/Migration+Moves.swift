import ServiceSupport

extension Migration {
    /// Where files lay before: URLs that were given out keep working.
    ///
    /// The moves that the log of changes still knows are taken over from it.
    static let moves = Migration(
        number: 6,
        title: "paths that files had before",
        script: #"""
            CREATE TABLE media.moves (
                path text NOT NULL,
                file_id uuid NOT NULL,
                moved_at timestamptz NOT NULL,
                CONSTRAINT moves_pkey PRIMARY KEY (path)
            );
            CREATE INDEX moves_file_id_idx ON media.moves (file_id);

            COMMENT ON TABLE media.moves IS
                'Paths that files had before a replacement of another type. A request for one is answered with 308 and the path of today. Kept as long as the record.';
            COMMENT ON COLUMN media.moves.path IS 'As media.files.path was: posters/1.jpg.';
            COMMENT ON COLUMN media.moves.file_id IS 'media.files.id of the file that lay there; no foreign key, with which TRUNCATE would need CASCADE.';
            COMMENT ON COLUMN media.moves.moved_at IS 'When it was replaced by one at another path.';

            CREATE FUNCTION media.forget_moves() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                IF TG_OP = 'TRUNCATE' THEN
                    DELETE FROM media.moves;
                ELSE
                    DELETE FROM media.moves WHERE file_id = OLD.id;
                END IF;
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION media.forget_moves() IS 'Deletes the former paths of a file whose row of media.files is deleted, by whomever.';
            CREATE TRIGGER files_forget_moves AFTER DELETE ON media.files
                FOR EACH ROW EXECUTE FUNCTION media.forget_moves();
            CREATE TRIGGER files_forget_moves_truncate AFTER TRUNCATE ON media.files
                FOR EACH STATEMENT EXECUTE FUNCTION media.forget_moves();

            INSERT INTO media.moves (path, file_id, moved_at)
                SELECT DISTINCT ON (c.previous_path) c.previous_path, c.file_id, c.changed_at
                FROM media.changes c JOIN media.files f ON f.id = c.file_id
                WHERE c.previous_path IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM media.files present WHERE present.path = c.previous_path)
                ORDER BY c.previous_path, c.id DESC;
            """#
    )
}
