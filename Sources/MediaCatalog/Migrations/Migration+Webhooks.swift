import ServiceSupport

extension Migration {
    /// Endpoints that changes are sent to.
    static let webhooks = Migration(
        number: 12,
        title: "webhooks",
        script: #"""
            CREATE TABLE media.webhooks (
                id text NOT NULL,
                name text NOT NULL,
                url text NOT NULL,
                events text[] NOT NULL,
                collections text[] NOT NULL,
                secrets text[] NOT NULL,
                state text NOT NULL,
                state_since timestamptz NOT NULL,
                epoch text NOT NULL,
                position bigint NOT NULL,
                failures integer NOT NULL,
                last_error text,
                next_try timestamptz,
                delivered_at timestamptz,
                created_at timestamptz NOT NULL,
                lease_holder text,
                lease_until timestamptz,
                CONSTRAINT webhooks_pkey PRIMARY KEY (id),
                CONSTRAINT webhooks_id_check CHECK (id ~ '^[a-z2-7]{12}$'),
                CONSTRAINT webhooks_state_check CHECK (state IN ('active', 'parked', 'disabled')),
                CONSTRAINT webhooks_position_check CHECK (position >= 0),
                CONSTRAINT webhooks_failures_check CHECK (failures >= 0),
                CONSTRAINT webhooks_secrets_check CHECK (cardinality(secrets) BETWEEN 1 AND 8),
                CONSTRAINT webhooks_last_error_check CHECK (char_length(last_error) <= 200)
            );

            COMMENT ON TABLE media.webhooks IS
                'mediad''s own: endpoints that changes are sent to. It holds secrets: give nobody but mediad the right to read it. Make and change them with "mediad webhook" or at /api/webhooks.';
            COMMENT ON COLUMN media.webhooks.id IS 'By which it is listed, changed and deleted.';
            COMMENT ON COLUMN media.webhooks.name IS 'What whoever made it calls it.';
            COMMENT ON COLUMN media.webhooks.url IS 'Where the messages go. May be a secret.';
            COMMENT ON COLUMN media.webhooks.events IS 'The kinds of changes that are sent: file.created, file.*. Empty: all.';
            COMMENT ON COLUMN media.webhooks.collections IS 'The collections whose changes are sent. Empty: all.';
            COMMENT ON COLUMN media.webhooks.secrets IS 'What messages are signed with, the newest first: whsec_ and base64.';
            COMMENT ON COLUMN media.webhooks.state IS
                'active: changes are sent as they happen. parked: too many tries of one change failed, or the cursor has expired. disabled: parked for long, gone, or disabled by hand.';
            COMMENT ON COLUMN media.webhooks.state_since IS 'Since when it has been in that state.';
            COMMENT ON COLUMN media.webhooks.epoch IS 'The epoch of its cursor in the feed.';
            COMMENT ON COLUMN media.webhooks.position IS 'The position of its cursor: everything up to it was taken, or not asked for.';
            COMMENT ON COLUMN media.webhooks.failures IS 'Tries in a row that failed.';
            COMMENT ON COLUMN media.webhooks.last_error IS 'Why the last one did.';
            COMMENT ON COLUMN media.webhooks.next_try IS 'Nothing is sent before. Null: nothing until somebody enables it.';
            COMMENT ON COLUMN media.webhooks.delivered_at IS 'When it last took something.';
            COMMENT ON COLUMN media.webhooks.created_at IS 'When it was made.';
            COMMENT ON COLUMN media.webhooks.lease_holder IS 'The daemon that is sending to it just now.';
            COMMENT ON COLUMN media.webhooks.lease_until IS 'When another daemon may take over, unless that one renews it.';
            """#
    )
}
