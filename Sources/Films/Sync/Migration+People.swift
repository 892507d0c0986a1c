import ServiceSupport

extension Migration {
    /// What others see of a person, name and picture, is part of films and comments. A change of it is one change for everybody, whatever
    /// number of records shows it.
    static let people = Migration(
        number: 9,
        title: "changes of people",
        script: #"""
            CREATE FUNCTION films.person_changed() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                PERFORM films.note('person', NEW.id, NEW.version, NULL, 'updated');
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION films.person_changed() IS 'Another name or picture of somebody is everybody''s to see.';
            CREATE TRIGGER accounts_person AFTER UPDATE ON films.accounts FOR EACH ROW
                WHEN ((OLD.username, OLD.avatar_file_id) IS DISTINCT FROM (NEW.username, NEW.avatar_file_id))
                EXECUTE FUNCTION films.person_changed();

            CREATE FUNCTION films.avatar_changed() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                PERFORM films.note('person', a.id, a.version, NULL, 'updated')
                    FROM films.accounts a WHERE a.avatar_file_id = NEW.file_id;
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION films.avatar_changed() IS 'What mediad says of a picture, everybody hears who sees it at a person.';
            CREATE TRIGGER files_person AFTER UPDATE OF picture ON films.files
                FOR EACH ROW EXECUTE FUNCTION films.avatar_changed();

            COMMENT ON COLUMN films.changes.entity IS 'movie, comment, playlist, history, conflict, account or person.';
            """#
    )
}
