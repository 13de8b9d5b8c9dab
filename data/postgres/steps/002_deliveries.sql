-- What must run by itself. The jobs are procrastinate's, in a schema of their own (`jobs.py`); what they are about is here,
-- and neither holds a word of a citizen: numbers of steps, names of units, times.

ALTER TABLE about ADD COLUMN jobs text NOT NULL DEFAULT '';  -- the newest of procrastinate's migrations that was made
ALTER TABLE heads ADD COLUMN urgent boolean NOT NULL DEFAULT false;

-- One row for each event and each unit that is to be told of it. `unit` is empty for the network platform that a finished
-- request came from. `state`: waiting; sent; by_hand, where the system has no way to send; withdrawn, where the
-- ticket had gone to another unit before; held, after the last try or a refusal for good, with its reason.
CREATE TABLE deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id text COLLATE "C" NOT NULL, seq integer NOT NULL, event_id text COLLATE "C" NOT NULL, kind text NOT NULL,
    unit text COLLATE "C" NOT NULL, state text NOT NULL DEFAULT 'waiting', channel text NOT NULL DEFAULT '',
    tries integer NOT NULL DEFAULT 0, reason text NOT NULL DEFAULT '',
    deferred_at timestamptz NOT NULL DEFAULT now(), next_at timestamptz, done_at timestamptz,
    UNIQUE (event_id, unit)
);
CREATE INDEX deliveries_of_ticket ON deliveries (ticket_id, id);
CREATE INDEX deliveries_open ON deliveries (state, deferred_at) WHERE state IN ('waiting', 'held');

-- Units that read at their own desk, as the centre's workers have found in its tables: there is nothing to send them, and
-- that they were told is recorded at once, without a job. Whoever is not named here, a worker looks after.
CREATE TABLE desks (unit text COLLATE "C" PRIMARY KEY);

-- When a ticket's clock is to be looked at next (5.2.3a), and the last step that may have changed it. Many rows wait here
-- for days; as jobs they would be in the way of each that is due.
CREATE TABLE clocks (ticket_id text COLLATE "C" PRIMARY KEY, seq integer NOT NULL, look_at timestamptz NOT NULL);
CREATE INDEX clocks_due ON clocks (look_at);
