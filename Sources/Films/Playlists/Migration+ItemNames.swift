import ServiceSupport

extension Migration {
    /// An item that two devices added without knowing of each other is one item with two ids. Each device goes on with the id that it made.
    static let itemNames = Migration(
        number: 10,
        title: "further ids of items",
        script: #"""
            CREATE TABLE films.playlist_item_names (
                id uuid NOT NULL,
                item_id uuid NOT NULL REFERENCES films.playlist_items ON DELETE CASCADE,
                CONSTRAINT playlist_item_names_pkey PRIMARY KEY (id)
            );
            CREATE INDEX playlist_item_names_item_id_idx ON films.playlist_item_names (item_id);
            COMMENT ON TABLE films.playlist_item_names IS 'Ids of items whose film was on the list already.';
            COMMENT ON COLUMN films.playlist_item_names.id IS 'Made by the client that added the film again.';
            COMMENT ON COLUMN films.playlist_item_names.item_id IS 'The item that was there.';

            CREATE FUNCTION films.item_name_removed() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                PERFORM films.forget(OLD.id);
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION films.item_name_removed() IS 'An item is gone under each of its ids.';
            CREATE TRIGGER playlist_item_names_removed AFTER DELETE ON films.playlist_item_names
                FOR EACH ROW EXECUTE FUNCTION films.item_name_removed();
            """#
    )
}
