import ServiceSupport

extension Migration {
    /// What refers to a file, of migration 15.
    ///
    /// Whoever reads a table runs code of its owner: a function in the predicate of a partial index is called when a query is planned. And
    /// until PostgreSQL 18 the AFTER triggers of a table that a key cascades to run with the rights of whoever deletes.
    static let referring = #"""
        CREATE FUNCTION media.referring(file_id uuid, actions "char"[], at_most bigint DEFAULT NULL)
        RETURNS TABLE (table_name text, column_names text[], uses bigint, action "char", refuses boolean)
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            key record;
            number integer := 0;
        BEGIN
            FOR key IN
                SELECT c.conrelid, n.nspname, r.relname, r.relkind, c.confdeltype,
                    pg_has_role(r.relowner, current_user, 'MEMBER') AS is_trusted,
                    bool_and(a.atttypid = b.atttypid) AND bool_and(has_column_privilege(c.conrelid, a.attnum, 'SELECT'))
                        AND has_schema_privilege(n.oid, 'USAGE') AND NOT row_security_active(c.conrelid) AS is_readable,
                    array_agg(a.attname::text ORDER BY u.place) AS names,
                    string_agg(format('t.%I = f.%I', a.attname, b.attname), ' AND ' ORDER BY u.place) AS condition
                FROM pg_constraint c
                JOIN pg_class r ON r.oid = c.conrelid
                JOIN pg_namespace n ON n.oid = r.relnamespace
                CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS u (ours, theirs, place)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.ours
                JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = u.theirs
                -- A partition has its table's key once more.
                WHERE c.contype = 'f' AND c.confrelid = 'media.files'::regclass AND c.conparentid = 0
                    AND c.conrelid <> 'media.links'::regclass AND c.confdeltype = ANY (referring.actions)
                GROUP BY c.oid, c.conrelid, c.confdeltype, n.oid, n.nspname, r.relname, r.relkind, r.relowner
                ORDER BY n.nspname, r.relname, names
            LOOP
                table_name := CASE WHEN key.nspname ~ '^[a-z_][a-z0-9_]*$' THEN key.nspname ELSE quote_ident(key.nspname) END
                    || '.' || CASE WHEN key.relname ~ '^[a-z_][a-z0-9_]*$' THEN key.relname ELSE quote_ident(key.relname) END;
                column_names := key.names;
                action := key.confdeltype;
                refuses := action IN ('a', 'r')
                    OR (NOT key.is_trusted AND current_setting('server_version_num')::integer < 180000);
                uses := NULL;
                IF coalesce(referring.at_most, 1) > 0 AND key.is_readable
                    AND (key.is_trusted OR NOT media.runs_code(key.conrelid)) THEN
                    EXECUTE format(
                        'SELECT count(*) FROM (SELECT 1 FROM media.files f JOIN %s %I.%I t ON %s WHERE f.id = $1 LIMIT $2) AS rows',
                        CASE key.relkind WHEN 'r' THEN 'ONLY' ELSE '' END, key.nspname, key.relname, key.condition
                    ) INTO uses USING referring.file_id, referring.at_most;
                END IF;
                IF uses IS DISTINCT FROM 0 THEN
                    RETURN NEXT;
                    number := number + 1;
                    EXIT WHEN number = 100;
                END IF;
            END LOOP;
        END
        $function$;
        COMMENT ON FUNCTION media.referring(uuid, "char"[], bigint) IS
            'mediad''s own: foreign keys with one of these actions (pg_constraint.confdeltype) that refer to a file, 100 at most; how many rows, at_most at most, null where this role cannot count them; and whether they refuse its deletion.';

        CREATE FUNCTION media.runs_code(relation regclass) RETURNS boolean
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $function$
            WITH tables AS (
                SELECT $1::oid AS id UNION SELECT t.relid FROM pg_partition_tree($1) t
            ), parts AS (
                SELECT 'pg_class'::regclass AS class, i.indexrelid AS id FROM pg_index i JOIN tables t ON t.id = i.indrelid
                UNION ALL SELECT 'pg_statistic_ext'::regclass, s.oid FROM pg_statistic_ext s JOIN tables t ON t.id = s.stxrelid
                UNION ALL SELECT 'pg_constraint'::regclass, c.oid FROM pg_constraint c JOIN tables t ON t.id = c.conrelid
                    WHERE c.contype = 'c'
            )
            SELECT EXISTS (
                SELECT FROM pg_depend d JOIN parts p ON d.classid = p.class AND d.objid = p.id
                WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
            )
        $function$;
        COMMENT ON FUNCTION media.runs_code(regclass) IS
            'mediad''s own: whether a query of a table may call a function that is none of PostgreSQL''s.';

        CREATE OR REPLACE FUNCTION media.references_to(file_id uuid, counts boolean DEFAULT true)
        RETURNS TABLE (table_name text, column_names text[], uses bigint)
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $function$
        BEGIN
            RETURN QUERY SELECT r.table_name, r.column_names, r.uses
                FROM media.referring(references_to.file_id, '{a,r,c,n,d}', CASE WHEN references_to.counts THEN NULL ELSE 0 END) r
                WHERE r.refuses;
        END
        $function$;
        COMMENT ON FUNCTION media.references_to(uuid, boolean) IS
            'What refers to a file by foreign keys that refuse its deletion, of every schema, 100 at most: table, columns and number of rows; null where this role may not count them.';
        """#
}
