import ServiceSupport

extension Migration {
    /// Chapters of videos and sounds.
    static let chapters = Migration(
        number: 8,
        title: "chapters",
        script: #"""
            ALTER TABLE media.files ADD COLUMN chapters jsonb;
            COMMENT ON COLUMN media.files.chapters IS
                'Videos and sounds: [{"startSeconds", "endSeconds", "title"}], in the order of the file; a title that is not known is left out. Null for everything else, and for files recorded before this column until the daemon has filled it in.';
            """#
    )
}
