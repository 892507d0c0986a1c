import ServiceSupport

extension Migration {
    /// What keeps pages of a former build going, also where two builds run behind one proxy.
    static let front = Migration(
        number: 8,
        title: "files of the page",
        script: #"""
            CREATE TABLE films.front_builds (
                version text NOT NULL,
                last_run_at timestamptz NOT NULL,
                CONSTRAINT front_builds_pkey PRIMARY KEY (version)
            );
            COMMENT ON TABLE films.front_builds IS 'Versions of the page that ran within the last day.';
            COMMENT ON COLUMN films.front_builds.version IS 'The first 12 hexadecimal digits of a SHA-256 over its paths and bytes.';
            COMMENT ON COLUMN films.front_builds.last_run_at IS 'When a process last said that it serves this version.';

            CREATE TABLE films.front_files (
                version text NOT NULL,
                path text NOT NULL,
                type text NOT NULL,
                bytes bytea NOT NULL,
                CONSTRAINT front_files_pkey PRIMARY KEY (version, path),
                CONSTRAINT front_files_version_fkey FOREIGN KEY (version)
                    REFERENCES films.front_builds ON DELETE CASCADE
            );
            COMMENT ON TABLE films.front_files IS 'Their files below /front/<version>/.';
            COMMENT ON COLUMN films.front_files.version IS 'Of which version.';
            COMMENT ON COLUMN films.front_files.path IS 'Relative to the folder.';
            COMMENT ON COLUMN films.front_files.type IS 'Media type.';
            COMMENT ON COLUMN films.front_files.bytes IS 'As they are, not compressed.';
            """#
    )
}
