import ServiceSupport

extension Migration {
    /// A place in a film that was deleted and put again is the same record: who still has a later version of it would not take an earlier one.
    static let historyFloors = Migration(
        number: 11,
        title: "versions of history that was deleted",
        script: #"""
            ALTER TABLE films.accounts ADD COLUMN history_floor bigint NOT NULL DEFAULT 0;
            COMMENT ON COLUMN films.accounts.history_floor IS
                'The greatest version of the person''s history that was deleted: new history begins above it. One number, so that nothing is left of which film it was.';
            """#
    )
}
