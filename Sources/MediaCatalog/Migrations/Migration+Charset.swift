import ServiceSupport

extension Migration {
    /// In which encoding a text is, where that is certain. Older records are read again and filled in.
    static let charset = Migration(
        number: 5,
        title: "the charset of texts",
        script: #"""
            ALTER TABLE media.files
                ADD COLUMN charset text,
                ADD CONSTRAINT files_charset_check CHECK (charset ~ '^[a-z0-9-]{1,40}$');

            COMMENT ON COLUMN media.files.charset IS
                'Texts: utf-8 where every byte of the file fits that. Null where not, where it is not known, and for everything else.';
            """#
    )
}
