-- The queue of a city. Login roles write by `append` only and read what row security shows them; the functions run as
-- hotline_clerk, which may do what they need and cannot read what an event says.

CREATE TABLE about (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    id text NOT NULL DEFAULT gen_random_uuid()::text,  -- another one after a restore: positions start anew
    secret text NOT NULL DEFAULT gen_random_uuid()::text,  -- hides whom a notification is for
    version integer NOT NULL DEFAULT 0,
    floor integer NOT NULL DEFAULT 0,  -- the oldest program that may still work with this schema
    last_position bigint NOT NULL DEFAULT 0
);
INSERT INTO about DEFAULT VALUES;

-- Who a login role is. `kind`: centre, district, seat or unit; `audiences`: unit:…, district:…, what it may see.
CREATE TABLE grants (
    role text PRIMARY KEY, kind text NOT NULL, title text NOT NULL, everything boolean NOT NULL,
    audiences text[] NOT NULL, granted_at timestamptz NOT NULL DEFAULT now()
);
-- Which kinds of events each kind of login role may write; filled from the program's table of transitions.
CREATE TABLE rights (kind text, event_kind text, PRIMARY KEY (kind, event_kind));

CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id text COLLATE "C" NOT NULL, seq integer NOT NULL, event_id text COLLATE "C" NOT NULL UNIQUE,
    event text NOT NULL,
    role text NOT NULL DEFAULT session_user, received_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (ticket_id, seq)
);
CREATE TABLE heads (ticket_id text COLLATE "C" PRIMARY KEY, seq integer NOT NULL);

-- Which audiences see a ticket, as what (主办, 抄送, 协办, the district, who registered it), and up to which step.
CREATE TABLE access (
    ticket_id text COLLATE "C", audience text COLLATE "C", part text COLLATE "C",
    until_seq integer, PRIMARY KEY (ticket_id, audience, part)
);

-- Positions. A row's place in `line` is given by whoever reads next after its commit (`settle`), so that none is
-- skipped; `arrivals` holds what has no place yet, with the audiences that see it and those that see the ticket anew.
CREATE TABLE arrivals (
    id bigint PRIMARY KEY, ticket_id text COLLATE "C" NOT NULL, seq integer NOT NULL,
    seeing text[] NOT NULL, entering text[] NOT NULL
);
CREATE TABLE line (position bigint PRIMARY KEY, id bigint NOT NULL UNIQUE);
-- What an audience reads, in its order: a ticket that comes to it later comes with all that happened before.
CREATE TABLE feed (
    audience text COLLATE "C", position bigint, id bigint, PRIMARY KEY (audience, position, id)
);
-- `arrivals` is emptied as fast as it fills: keep its dead rows few.
ALTER TABLE arrivals SET (autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE serials (day date PRIMARY KEY, last bigint NOT NULL);
