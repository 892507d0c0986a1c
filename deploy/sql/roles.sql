-- Roles with least rights for a database that mediad uses. Run it as the role that owns the schema "media" and may make roles, after
-- "mediad migrate", and again after each upgrade of mediad: it may be repeated.
--
--     psql -d DATABASE -f deploy/sql/roles.sql
--     CREATE ROLE api LOGIN PASSWORD '...' IN ROLE mediad_linker;
--     CREATE ROLE mediad LOGIN PASSWORD '...' IN ROLE mediad_daemon;
--
-- mediad_reader  reads files, links and the feed, and makes addresses. For reports, and for a service that shows files.
-- mediad_linker  also links, deletes into the trash, signs addresses, and has foreign keys to media.files. For the API service.
-- mediad_daemon  what a running daemon needs. It changes no table's shape: the owner of the schema runs "mediad migrate".

\set ON_ERROR_STOP on

BEGIN;

DO $roles$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['mediad_reader', 'mediad_linker', 'mediad_daemon'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
END
$roles$;

GRANT mediad_reader TO mediad_linker;

-- Reader. No table of keys, of uploads under way, of the trash, or of the daemon's own work.
GRANT USAGE ON SCHEMA media TO mediad_reader;
GRANT SELECT ON media.files, media.api_files, media.links, media.moves TO mediad_reader;
GRANT EXECUTE ON FUNCTION media.url(uuid, text), media.references_to(uuid, boolean) TO mediad_reader;

-- Linker. It writes no table by itself: the functions do, and leave nothing half done.
GRANT REFERENCES (id) ON media.files TO mediad_linker;
GRANT EXECUTE ON FUNCTION media.link(uuid, text, text, text, boolean), media.unlink(uuid, text, text, text),
    media.unlink(text, text, text), media.delete(uuid, boolean),
    media.signed_url(uuid, interval, text, text, interval) TO mediad_linker;

-- Daemon.
GRANT USAGE ON SCHEMA media TO mediad_daemon;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA media TO mediad_daemon;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA media TO mediad_daemon;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA media TO mediad_daemon;
-- With these signs only whoever owns the schema.
REVOKE ALL ON media.signing_keys FROM mediad_daemon;
REVOKE INSERT, UPDATE, DELETE ON media.migrations FROM mediad_daemon;

-- The feed of changes, where this mediad has one.
DO $feed$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['media.changes', 'media.feed'] LOOP
        IF to_regclass(name) IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON %s TO mediad_reader', name);
        END IF;
    END LOOP;
END
$feed$;

COMMIT;
