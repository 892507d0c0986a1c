import ServiceSupport

extension Migration {
    /// What refers to files, of migration 10.
    static let references = #"""
        CREATE FUNCTION media.references_to(file_id uuid, counts boolean DEFAULT true)
        RETURNS TABLE (table_name text, column_names text[], uses bigint)
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            key record;
        BEGIN
            FOR key IN
                SELECT c.oid, c.conrelid, n.nspname, r.relname,
                    array_agg(a.attname::text ORDER BY u.place) AS names,
                    string_agg(format('t.%I = f.%I', a.attname, b.attname), ' AND ' ORDER BY u.place) AS condition
                FROM pg_constraint c
                JOIN pg_class r ON r.oid = c.conrelid
                JOIN pg_namespace n ON n.oid = r.relnamespace
                CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS u (ours, theirs, place)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.ours
                JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = u.theirs
                -- A partition has its table's key once more. CASCADE and SET NULL refuse nothing.
                WHERE c.contype = 'f' AND c.confrelid = 'media.files'::regclass AND c.conparentid = 0
                    AND c.conrelid <> 'media.links'::regclass AND c.confdeltype IN ('a', 'r')
                GROUP BY c.oid, c.conrelid, n.nspname, r.relname
                ORDER BY n.nspname, r.relname, names
            LOOP
                table_name := CASE WHEN key.nspname ~ '^[a-z_][a-z0-9_]*$' THEN key.nspname ELSE quote_ident(key.nspname) END
                    || '.' || CASE WHEN key.relname ~ '^[a-z_][a-z0-9_]*$' THEN key.relname ELSE quote_ident(key.relname) END;
                column_names := key.names;
                uses := NULL;
                -- With row-level security a count would be of what this role may see.
                IF references_to.counts AND NOT row_security_active(key.conrelid) THEN
                    BEGIN
                        EXECUTE format(
                            'SELECT count(*) FROM media.files f JOIN %I.%I t ON %s WHERE f.id = $1',
                            key.nspname, key.relname, key.condition
                        ) INTO uses USING references_to.file_id;
                    EXCEPTION WHEN insufficient_privilege THEN
                        uses := NULL;
                    END;
                END IF;
                IF uses IS DISTINCT FROM 0 THEN
                    RETURN NEXT;
                END IF;
            END LOOP;
        END
        $function$;
        COMMENT ON FUNCTION media.references_to(uuid, boolean) IS
            'What refers to a file by foreign keys that refuse its deletion, of every schema: table, columns and number of rows; null where this role may not count them.';
        """#

    /// Addresses, of migration 10.
    static let addresses = #"""
        CREATE FUNCTION media.encode_path(path text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $function$
            SELECT CASE
                WHEN path ~ '^[A-Za-z0-9/._~!$()*,:;=@-]*$' AND octet_length(path) = length(path) THEN path
                ELSE (
                    SELECT string_agg(
                        CASE WHEN chr(byte) ~ '^[A-Za-z0-9/._~!$()*,:;=@-]$' AND byte < 128 THEN chr(byte)
                        ELSE '%' || upper(lpad(to_hex(byte), 2, '0')) END, '' ORDER BY place
                    )
                    FROM (
                        SELECT place, get_byte(convert_to(path, 'UTF8'), place) AS byte
                        FROM generate_series(0, octet_length(convert_to(path, 'UTF8')) - 1) AS place
                    ) AS bytes
                )
            END
        $function$;
        COMMENT ON FUNCTION media.encode_path(text) IS 'A path as it stands in an address: percent-encoded, its slashes kept.';

        CREATE FUNCTION media.address(
            path text, version text, preset text DEFAULT NULL, focal_x double precision DEFAULT NULL, focal_y double precision DEFAULT NULL
        ) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
            SELECT '/files/' || media.encode_path(path) || CASE
                WHEN preset IS NULL THEN '?v=' || version
                ELSE '?preset=' || media.encode_path(replace(preset, '/', '')) || '&v=' || version || CASE
                    WHEN focal_x IS NULL OR focal_y IS NULL THEN ''
                    ELSE '-' || floor(focal_x * 1000 + 0.5)::bigint || ',' || floor(focal_y * 1000 + 0.5)::bigint
                END
            END
        $function$;
        COMMENT ON FUNCTION media.address(text, text, text, double precision, double precision) IS
            'The address of a file with these columns, or of a picture made of it. media.url() looks the columns up.';

        CREATE FUNCTION media.url(id uuid, preset text DEFAULT NULL) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $function$
            SELECT media.address(f.path, f.version, $2, f.focal_x, f.focal_y) FROM media.files f WHERE f.id = $1
        $function$;
        COMMENT ON FUNCTION media.url(uuid, text) IS
            'Where a file is served, as in the member "url" of its record, or one of its pictures: media.url(id, ''w342''). Null where there is no such file.';

        CREATE TABLE media.signing_keys (
            secret text NOT NULL,
            added_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT signing_keys_pkey PRIMARY KEY (secret),
            CONSTRAINT signing_keys_secret_check CHECK (octet_length(secret) BETWEEN 16 AND 1024)
        );
        COMMENT ON TABLE media.signing_keys IS
            'With which media.signed_url() signs: the newest one. An administrator writes it, with one of access.signatureKeys; empty at first.';
        COMMENT ON COLUMN media.signing_keys.secret IS 'As in access.signatureKeys.';
        COMMENT ON COLUMN media.signing_keys.added_at IS 'When it was added.';
        REVOKE ALL ON media.signing_keys FROM PUBLIC;

        CREATE FUNCTION media.hmac_sha256(key bytea, message bytea) RETURNS bytea
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            block bytea := CASE WHEN octet_length(key) > 64 THEN sha256(key) ELSE key END;
            inner_pad bytea;
            outer_pad bytea;
        BEGIN
            block := block || decode(repeat('00', 64 - octet_length(block)), 'hex');
            inner_pad := block;
            outer_pad := block;
            FOR place IN 0..63 LOOP
                inner_pad := set_byte(inner_pad, place, get_byte(block, place) # 54);
                outer_pad := set_byte(outer_pad, place, get_byte(block, place) # 92);
            END LOOP;
            RETURN sha256(outer_pad || sha256(inner_pad || message));
        END
        $function$;
        COMMENT ON FUNCTION media.hmac_sha256(bytea, bytea) IS 'RFC 2104 with SHA-256, without pgcrypto.';

        CREATE FUNCTION media.sign(address text, expires bigint, secret text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $function$
            SELECT signed || '&signature=' || encode(
                media.hmac_sha256(convert_to(secret, 'UTF8'), convert_to('read' || chr(10) || signed, 'UTF8')), 'hex'
            )
            FROM (
                SELECT address || CASE WHEN strpos(address, '?') > 0 THEN '&' ELSE '?' END || 'expires=' || expires AS signed
            ) AS message
        $function$;
        COMMENT ON FUNCTION media.sign(text, bigint, text) IS
            'Signs an address until a second of Unix time: docs/access.md has the format.';

        CREATE FUNCTION media.signed_url(
            id uuid, lifetime interval DEFAULT '1 hour', preset text DEFAULT NULL, secret text DEFAULT NULL,
            bucket interval DEFAULT '5 minutes'
        ) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            address text := media.url($1, $3);
            key text := $4;
            step numeric := greatest(1, ceil(extract(epoch FROM $5)::numeric));
        BEGIN
            IF address IS NULL THEN
                RETURN NULL;
            END IF;
            IF key IS NULL THEN
                SELECT k.secret INTO key FROM media.signing_keys k ORDER BY k.added_at DESC, k.secret LIMIT 1;
            END IF;
            IF key IS NULL THEN
                RAISE EXCEPTION 'There is no key to sign with. Give one as secret, or let an administrator add one of access.signatureKeys to media.signing_keys.'
                    USING ERRCODE = 'object_not_in_prerequisite_state';
            END IF;
            RETURN media.sign(
                address, (ceil(extract(epoch FROM clock_timestamp() + $2)::numeric / step) * step)::bigint, key
            );
        END
        $function$;
        COMMENT ON FUNCTION media.signed_url(uuid, interval, text, text, interval) IS
            'An address by which whoever has it may read a file, or a picture of it, for lifetime, rounded up to whole buckets so that caches hit. Signed with the newest of media.signing_keys, or with secret. Null where there is no such file.';
        REVOKE EXECUTE ON FUNCTION media.signed_url(uuid, interval, text, text, interval) FROM PUBLIC;

        CREATE VIEW media.api_files AS
            SELECT f.id, f.collection, f.name, f.path, media.address(f.path, f.version) AS url, f.type, f.size,
                encode(f.sha256, 'hex') AS sha256, f.version, f.width, f.height, f.duration_seconds, f.original_filename, f.owner,
                f.created_at, f.updated_at,
                (
                    SELECT coalesce(
                        jsonb_agg(
                            jsonb_build_object('entity', l.entity, 'entityId', l.entity_id, 'role', l.role)
                            ORDER BY l.entity, l.entity_id, l.role
                        ), '[]'
                    )
                    FROM media.links l WHERE l.file_id = f.id
                ) AS links
            FROM media.files f;
        COMMENT ON VIEW media.api_files IS
            'Files as an API service needs them: address, type, size, and what uses them. Columns are added, never changed.';
        COMMENT ON COLUMN media.api_files.id IS 'As media.files.id.';
        COMMENT ON COLUMN media.api_files.collection IS 'As media.files.collection.';
        COMMENT ON COLUMN media.api_files.name IS 'As media.files.name.';
        COMMENT ON COLUMN media.api_files.path IS 'As media.files.path.';
        COMMENT ON COLUMN media.api_files.type IS 'As media.files.type.';
        COMMENT ON COLUMN media.api_files.size IS 'As media.files.size.';
        COMMENT ON COLUMN media.api_files.version IS 'As media.files.version.';
        COMMENT ON COLUMN media.api_files.width IS 'As media.files.width.';
        COMMENT ON COLUMN media.api_files.height IS 'As media.files.height.';
        COMMENT ON COLUMN media.api_files.duration_seconds IS 'As media.files.duration_seconds.';
        COMMENT ON COLUMN media.api_files.original_filename IS 'As media.files.original_filename.';
        COMMENT ON COLUMN media.api_files.owner IS 'As media.files.owner.';
        COMMENT ON COLUMN media.api_files.created_at IS 'As media.files.created_at.';
        COMMENT ON COLUMN media.api_files.updated_at IS 'As media.files.updated_at.';
        COMMENT ON COLUMN media.api_files.url IS 'Where the file is served, with its version: /files/posters/1.jpg?v=...';
        COMMENT ON COLUMN media.api_files.sha256 IS 'SHA-256 of all bytes, in hexadecimal digits.';
        COMMENT ON COLUMN media.api_files.links IS 'What uses the file: [{"entity", "entityId", "role"}].';
        """#
}
