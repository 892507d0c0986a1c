import ServiceSupport

extension Migration {
    /// What pictures, films and sounds are like, what people say of them, and what was changed of them on the way in.
    ///
    /// All columns begin as null: files recorded before stay valid as they are, and `facts_version` tells which of them could be
    /// filled in.
    static let facts = Migration(
        number: 4,
        title: "facts of pictures, films and sounds; focal points; rewritings",
        script: #"""
            ALTER TABLE media.files
                ADD COLUMN frames integer,
                ADD COLUMN has_alpha boolean,
                ADD COLUMN color_model text,
                ADD COLUMN thumb_hash bytea,
                ADD COLUMN dominant_color text,
                ADD COLUMN focal_x double precision,
                ADD COLUMN focal_y double precision,
                ADD COLUMN video_codec text,
                ADD COLUMN frame_rate double precision,
                ADD COLUMN bit_rate bigint,
                ADD COLUMN audio_tracks jsonb,
                ADD COLUMN subtitle_tracks jsonb,
                ADD COLUMN is_progressive boolean,
                ADD COLUMN has_cover boolean,
                ADD COLUMN tags jsonb,
                ADD COLUMN rewritings text[],
                ADD COLUMN uploaded_sha256 bytea,
                ADD COLUMN facts_version integer,
                ADD CONSTRAINT files_frames_check CHECK (frames > 0),
                ADD CONSTRAINT files_color_model_check CHECK (color_model IN ('rgb', 'grey', 'cmyk', 'other')),
                ADD CONSTRAINT files_thumb_hash_check CHECK (octet_length(thumb_hash) BETWEEN 5 AND 25),
                ADD CONSTRAINT files_dominant_color_check CHECK (dominant_color ~ '^#[0-9a-f]{6}$'),
                ADD CONSTRAINT files_focal_check CHECK (
                    (focal_x IS NULL) = (focal_y IS NULL) AND focal_x BETWEEN 0 AND 1 AND focal_y BETWEEN 0 AND 1
                ),
                ADD CONSTRAINT files_frame_rate_check CHECK (frame_rate > 0),
                ADD CONSTRAINT files_bit_rate_check CHECK (bit_rate >= 0),
                ADD CONSTRAINT files_tracks_check CHECK (
                    (audio_tracks IS NULL) = (subtitle_tracks IS NULL) AND (audio_tracks IS NULL) = (tags IS NULL)
                    AND (audio_tracks IS NULL) = (has_cover IS NULL)
                ),
                ADD CONSTRAINT files_rewritings_check CHECK ((rewritings IS NULL) = (uploaded_sha256 IS NULL)),
                ADD CONSTRAINT files_uploaded_sha256_check CHECK (octet_length(uploaded_sha256) = 32);
            CREATE INDEX files_facts_version_idx ON media.files (coalesce(facts_version, 0), id);

            COMMENT ON COLUMN media.files.updated_at IS
                'When the present version was committed, or its focal point set, whichever was later.';
            COMMENT ON COLUMN media.files.frames IS
                'Pictures: frames of an animation, pages of a TIFF; 1 for a still one. Else null.';
            COMMENT ON COLUMN media.files.has_alpha IS
                'Pictures: whether there is an alpha channel, used or not. Else null.';
            COMMENT ON COLUMN media.files.color_model IS
                'Pictures: rgb, grey, cmyk or other, as it lies in the file. Else null.';
            COMMENT ON COLUMN media.files.thumb_hash IS
                'A picture of it in 5 to 25 bytes, to be shown while it loads: https://evanw.github.io/thumbhash/. Null where there is none.';
            COMMENT ON COLUMN media.files.dominant_color IS
                'The colour that most of the picture has, as CSS takes it: #1f2e3d. Null where there is no picture, or nothing of it can be seen.';
            COMMENT ON COLUMN media.files.focal_x IS
                'The point that crops keep, set by people: from the left edge (0) to the right edge (1) of the upright picture. Null: not set. Forgotten when other bytes replace the file''s.';
            COMMENT ON COLUMN media.files.focal_y IS
                'The same from the upper edge (0) to the lower edge (1).';
            COMMENT ON COLUMN media.files.video_codec IS
                'Films: the codec of the first video track, as FFmpeg calls it: h264, hevc, av1, vp9. Else null.';
            COMMENT ON COLUMN media.files.frame_rate IS
                'Films: frames per second of the first video track, on average. Null where it is not known.';
            COMMENT ON COLUMN media.files.bit_rate IS
                'Films and sounds: bits per second of all tracks together. Null where it is not known.';
            COMMENT ON COLUMN media.files.audio_tracks IS
                'Films and sounds: [{"codec", "channels", "sampleRate", "language", "title", "isDefault"}], in the order of the file; members that are not known are left out. Null for everything else.';
            COMMENT ON COLUMN media.files.subtitle_tracks IS
                'Films and sounds: [{"codec", "language", "title", "isDefault", "isForced"}] of the tracks in the file itself. Null for everything else.';
            COMMENT ON COLUMN media.files.is_progressive IS
                'MP4 and QuickTime: whether playing can begin before the whole file is there (moov in front of the media). Else null.';
            COMMENT ON COLUMN media.files.has_cover IS
                'Films and sounds: whether there is a cover picture inside. Null for everything else.';
            COMMENT ON COLUMN media.files.tags IS
                'Films and sounds: what they say of themselves, {"title", "artist", "album", ...}, all texts. Written by whoever made the file: text for people. Null for everything else.';
            COMMENT ON COLUMN media.files.rewritings IS
                'What was changed of the uploaded bytes before they were stored: private-metadata (position, serial numbers and the like were taken out), sanitized (an SVG''s scripts and references), fast-start (a film''s index was moved to the front). Null: nothing, the bytes are as they were uploaded.';
            COMMENT ON COLUMN media.files.uploaded_sha256 IS
                'SHA-256 of the bytes as they were uploaded, where they were changed. Else null: it is sha256.';
            COMMENT ON COLUMN media.files.facts_version IS
                'mediad''s own: which facts it looked for when it recorded the bytes. Null: recorded before this column. The daemon fills in what is missing, in the background.';

            ALTER TABLE media.changes DROP CONSTRAINT changes_kind_check;
            ALTER TABLE media.changes ADD CONSTRAINT changes_kind_check
                CHECK (kind IN ('created', 'replaced', 'updated', 'deleted'));
            COMMENT ON COLUMN media.changes.kind IS
                'created, replaced (other bytes), updated (the same bytes, something else of the record: a focal point, facts that were filled in) or deleted.';
            """#
    )
}
