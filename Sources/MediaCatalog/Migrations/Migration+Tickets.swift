import ServiceSupport

extension Migration {
    /// Tickets for the stream of events.
    static let tickets = Migration(
        number: 14,
        title: "tickets for the stream of events",
        script: #"""
            CREATE TABLE media.event_tickets (
                digest bytea NOT NULL,
                kind text NOT NULL,
                key_id text,
                subject text,
                scopes text[] NOT NULL,
                principal_ends_at timestamptz,
                expires_at timestamptz NOT NULL,
                CONSTRAINT event_tickets_pkey PRIMARY KEY (digest),
                CONSTRAINT event_tickets_digest_check CHECK (octet_length(digest) = 32)
            );
            CREATE INDEX event_tickets_expires_at_idx ON media.event_tickets (expires_at);
            COMMENT ON TABLE media.event_tickets IS 'Tickets with which browsers come to the stream of events: each counts once, for half a minute.';
            COMMENT ON COLUMN media.event_tickets.digest IS 'SHA-256 of the ticket. The ticket itself is nowhere.';
            COMMENT ON COLUMN media.event_tickets.kind IS 'By what its owner was recognized: open, key, token.';
            COMMENT ON COLUMN media.event_tickets.key_id IS 'The key, where it was one.';
            COMMENT ON COLUMN media.event_tickets.subject IS 'The subject of the token; null: none.';
            COMMENT ON COLUMN media.event_tickets.scopes IS 'What its owner may do.';
            COMMENT ON COLUMN media.event_tickets.principal_ends_at IS 'When the credentials that it was got with end; null: never.';
            COMMENT ON COLUMN media.event_tickets.expires_at IS 'When it counts no more.';
            """#
    )
}
