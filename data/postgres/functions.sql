-- The functions and the policies of the queue: made anew by each `hotline queue init`, after the numbered steps.
-- Every function fixes its search_path; nothing may be executed by PUBLIC. Where rows are looked up, plans are fixed as
-- well (`enable_seqscan`, `OFFSET 0`): a plan that was made and kept while a table was empty once read all of it a row.

-- Who asks. session_user is the login role whatever SET ROLE says, inside these functions too.
CREATE OR REPLACE FUNCTION my_audiences() RETURNS text[] STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = pg_catalog, hotline, pg_temp
AS $$ SELECT audiences || ('role:' || session_user) FROM grants WHERE role = session_user $$;

CREATE OR REPLACE FUNCTION see_everything() RETURNS boolean STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = pg_catalog, hotline, pg_temp
AS $$ SELECT coalesce((SELECT everything FROM grants WHERE role = session_user), false) $$;

-- Whether who asks may see a step of a ticket.
CREATE OR REPLACE FUNCTION may_see(ticket text, step integer) RETURNS boolean STABLE SECURITY DEFINER
LANGUAGE plpgsql SET search_path = pg_catalog, hotline, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM access AS a WHERE a.ticket_id = ticket AND a.audience = ANY (my_audiences())
        AND step <= coalesce(a.until_seq, step)
    );
END $$;

-- What a desk asks first: which queue this is, which versions it speaks, and who the desk is.
CREATE OR REPLACE FUNCTION hello(OUT id text, OUT version integer, OUT floor integer, OUT kind text, OUT title text)
STABLE SECURITY DEFINER LANGUAGE plpgsql SET search_path = pg_catalog, hotline, pg_temp
AS $$
BEGIN
    SELECT g.kind, g.title INTO kind, title FROM grants g WHERE g.role = session_user;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no grant' USING ERRCODE = 'HL401';
    END IF;
    SELECT a.id || '.' || left(md5(g.everything || g.audiences::text), 8), a.version, a.floor INTO id, version, floor
        FROM about AS a, grants AS g WHERE g.role = session_user;
END $$;

-- One audience sees a ticket from now on, whole.
CREATE OR REPLACE FUNCTION open_access(ticket text, who text, as_what text) RETURNS void SECURITY DEFINER
LANGUAGE sql SET search_path = pg_catalog, hotline, pg_temp
AS $$
    INSERT INTO access (ticket_id, audience, part) VALUES (ticket, who, as_what)
    ON CONFLICT (ticket_id, audience, part) DO UPDATE SET until_seq = NULL WHERE access.until_seq IS NOT NULL
$$;

-- Whoever had this part in a ticket and is not among `kept` sees nothing after step `step`.
CREATE OR REPLACE FUNCTION close_access(ticket text, as_what text, kept text[], step integer) RETURNS void
SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog, hotline, pg_temp
AS $$
    UPDATE access SET until_seq = step
    WHERE ticket_id = ticket AND part = as_what AND until_seq IS NULL AND audience <> ALL (kept)
$$;

CREATE OR REPLACE FUNCTION audiences_of(ticket text) RETURNS text[] STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = pg_catalog, hotline, pg_temp
AS $$
    SELECT coalesce(array_agg(DISTINCT audience), '{}') FROM access WHERE ticket_id = ticket AND until_seq IS NULL
$$;

-- Who sees a ticket after this event, as it says itself: whom it is dispatched to, who is called to help, its district.
CREATE OR REPLACE FUNCTION readdress(fact jsonb) RETURNS void SECURITY DEFINER
LANGUAGE plpgsql SET search_path = pg_catalog, hotline, pg_temp
AS $$
DECLARE
    ticket text := fact ->> 'ticket_id';
    step integer := fact ->> 'seq';
    said jsonb := fact -> 'payload';
    place text := said #>> '{record,place,district}';
    lead text := coalesce(said ->> 'unit', '');
    copy text := coalesce(said ->> 'copy_to', '');
    helper text;
BEGIN
    CASE fact ->> 'kind'
    WHEN 'registered', 'amended' THEN
        IF fact ->> 'kind' = 'registered' AND NOT see_everything() THEN
            PERFORM open_access(ticket, 'role:' || session_user, 'taken');
        END IF;
        PERFORM close_access(ticket, 'place', ARRAY['district:' || coalesce(place, '')], step);
        IF coalesce(place, '') <> '' THEN
            PERFORM open_access(ticket, 'district:' || place, 'place');
        END IF;
    WHEN 'dispatched', 'redispatched' THEN
        PERFORM close_access(ticket, 'lead', ARRAY['unit:' || lead], step);
        PERFORM close_access(ticket, 'copy', ARRAY['unit:' || copy], step);
        IF lead <> '' THEN
            PERFORM open_access(ticket, 'unit:' || lead, 'lead');
        END IF;
        IF copy <> '' THEN
            PERFORM open_access(ticket, 'unit:' || copy, 'copy');
        END IF;
    WHEN 'joined' THEN
        IF jsonb_typeof(said -> 'units') = 'array' THEN
            FOR helper IN SELECT jsonb_array_elements_text(said -> 'units') LOOP
                PERFORM open_access(ticket, 'unit:' || helper, 'help');
            END LOOP;
        END IF;
    ELSE
        NULL;
    END CASE;
END $$;

-- Add events, those of each ticket all or none. For each ticket what became of it:
--   taken     they stand in the queue, now or already
--   contested another event stands at one of these steps, or one before them is missing
--   hidden    there is no such ticket for this login role, or no longer
--   kind      this login role may not write this kind of event
-- Which of the first three it is tells nothing about a ticket that the login role has never seen.
CREATE OR REPLACE FUNCTION append(batch text[]) RETURNS TABLE (ticket text, verdict text) SECURITY DEFINER
LANGUAGE plpgsql SET search_path = pg_catalog, hotline, pg_temp SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    mine grants;
    facts jsonb[];
    places integer[];
    at integer;
    fact jsonb;
    head integer;
    wanted integer;
    fresh integer[];
    whole constant integer := 2147483647;
    seen_to integer;  -- the last step of the ticket that this login role may see
    before text[];
    after text[];
    events_id bigint;
BEGIN
    SELECT * INTO mine FROM grants WHERE role = session_user;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no grant' USING ERRCODE = 'HL401';
    END IF;
    -- jsonb knows no U+0000, which a caller's pasted words may hold; what is stored is the text as it came. What is no
    -- event is refused in words of our own: the server's would quote it, in its log too.
    BEGIN
        SELECT array_agg(replace(one, '\u0000', '\ufffd')::jsonb ORDER BY nr) INTO facts
            FROM unnest(batch) WITH ORDINALITY AS given (one, nr);
        at := count((f ->> 'seq')::integer + length(f ->> 'ticket_id') + length(f ->> 'event_id')) FROM unnest(facts) AS f;
    EXCEPTION WHEN data_exception THEN
        at := -1;
    END;
    IF at <> cardinality(batch) THEN
        RAISE EXCEPTION 'no event' USING ERRCODE = '22000';
    END IF;
    -- In one order everywhere, so that no two batches wait for each other.
    FOR ticket, places IN
        SELECT f ->> 'ticket_id' COLLATE "C", array_agg(nr::integer ORDER BY nr)
        FROM unnest(facts) WITH ORDINALITY AS given (f, nr) GROUP BY 1 ORDER BY 1
    LOOP
        verdict := NULL;
        fresh := '{}';
        wanted := (facts[places[1]] ->> 'seq')::integer;
        seen_to := CASE WHEN mine.everything THEN whole END;
        IF wanted = 1 AND EXISTS (SELECT FROM rights WHERE kind = mine.kind AND event_kind = 'registered') THEN
            INSERT INTO heads VALUES (ticket, 0) ON CONFLICT DO NOTHING;
            IF FOUND THEN
                seen_to := whole;  -- made by us just now
            END IF;
        END IF;
        SELECT seq INTO head FROM heads WHERE ticket_id = ticket FOR UPDATE;
        IF seen_to IS NULL THEN
            SELECT max(coalesce(until_seq, whole)) INTO seen_to FROM access
                WHERE ticket_id = ticket AND audience = ANY (mine.audiences || ('role:' || session_user));
        END IF;
        IF head IS NULL OR seen_to IS NULL THEN
            verdict := CASE WHEN mine.everything THEN 'contested' ELSE 'hidden' END;
            RETURN NEXT;
            CONTINUE;
        END IF;
        FOREACH at IN ARRAY places LOOP
            fact := facts[at];
            wanted := (fact ->> 'seq')::integer;
            IF wanted = head + cardinality(fresh) + 1 THEN
                fresh := fresh || at;
            ELSIF wanted > head OR NOT EXISTS (
                SELECT FROM events WHERE ticket_id = ticket AND seq = wanted AND event_id = fact ->> 'event_id'
            ) THEN
                verdict := coalesce(verdict, CASE WHEN wanted > seen_to THEN 'hidden' ELSE 'contested' END);
            END IF;
        END LOOP;
        IF verdict IS NULL AND cardinality(fresh) > 0 THEN
            IF seen_to < whole THEN
                verdict := 'hidden';  -- it has gone to another unit
            ELSIF EXISTS (
                SELECT FROM unnest(fresh) AS nr
                WHERE coalesce(facts[nr] ->> 'kind', '') NOT IN (SELECT event_kind FROM rights WHERE kind = mine.kind)
            ) THEN
                verdict := 'kind';
            END IF;
        END IF;
        IF verdict IS NULL THEN
            FOREACH at IN ARRAY fresh LOOP
                fact := facts[at];
                INSERT INTO events (ticket_id, seq, event_id, event)
                    VALUES (ticket, (fact ->> 'seq')::integer, fact ->> 'event_id', batch[at]) RETURNING id INTO events_id;
                before := audiences_of(ticket);
                IF fact ->> 'kind' IN ('registered', 'amended', 'dispatched', 'redispatched', 'joined') THEN
                    PERFORM readdress(fact);
                    after := audiences_of(ticket);
                    INSERT INTO arrivals VALUES (
                        events_id, ticket, (fact ->> 'seq')::integer,
                        ARRAY(SELECT unnest(before) UNION SELECT unnest(after)),
                        ARRAY(SELECT unnest(after) EXCEPT SELECT unnest(before))
                    );
                ELSE
                    after := before;
                    INSERT INTO arrivals VALUES (events_id, ticket, (fact ->> 'seq')::integer, before, '{}');
                END IF;
                PERFORM hand_on(fact, before, after);
            END LOOP;
            IF cardinality(fresh) > 0 THEN
                UPDATE heads SET seq = head + cardinality(fresh) WHERE ticket_id = ticket;
            END IF;
            verdict := 'taken';
        ELSIF head = 0 THEN
            DELETE FROM heads WHERE ticket_id = ticket;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

-- Where those listen who wait for what an audience is shown; nobody can guess another's.
CREATE OR REPLACE FUNCTION channel_of(who text) RETURNS text STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = pg_catalog, hotline, pg_temp
AS $$ SELECT 'hotline_' || md5(secret || who) FROM about $$;

CREATE OR REPLACE FUNCTION my_channels() RETURNS SETOF text STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = pg_catalog, hotline, pg_temp
AS $$
    SELECT channel_of(who) FROM unnest(
        CASE WHEN see_everything() THEN ARRAY['everything'] ELSE my_audiences() END
    ) AS who
$$;

-- Wake those who see everything, and give places (`settle`); that wakes whomever else it concerns. It is called in a
-- transaction of its own after `append` has committed: a NOTIFY holds a lock of the whole server until its transaction
-- ends, and would make all writers' commits queue.
CREATE OR REPLACE FUNCTION wake() RETURNS void SECURITY DEFINER
LANGUAGE sql SET search_path = pg_catalog, hotline, pg_temp
AS $$ SELECT pg_notify(channel_of('everything'), '') $$;

-- Give what has been committed its place in the line, and wake whom it concerns. Desks of the centre, of districts and
-- seats call it before they read; one at a time does the work, and no writer ever waits for it. Units do not: whoever
-- gives places and does not end its transaction holds up all readers, and there are hundreds of bodies with credentials.
CREATE OR REPLACE FUNCTION settle(most integer DEFAULT 10000) RETURNS void SECURITY DEFINER
LANGUAGE plpgsql SET search_path = pg_catalog, hotline, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    newest bigint;
    last bigint;
    concerned text[];
BEGIN
    SELECT max(id) INTO newest FROM arrivals;
    IF newest IS NULL OR EXISTS (SELECT FROM grants WHERE role = session_user AND kind = 'unit') THEN
        RETURN;
    END IF;
    SELECT last_position INTO last FROM about FOR UPDATE;  -- a lock that nobody can take by any other way
    -- A new statement, a new snapshot: whoever had the lock before may have placed all that was asked for.
    IF NOT EXISTS (SELECT FROM arrivals WHERE id <= newest) THEN
        RETURN;
    END IF;
    WITH taken AS (
        DELETE FROM arrivals WHERE id IN (SELECT id FROM arrivals ORDER BY id LIMIT most) RETURNING *
    ), placed AS (
        SELECT *, last + row_number() OVER (ORDER BY id) AS position FROM taken
    ), lined AS (
        INSERT INTO line SELECT position, id FROM placed
    ), fed AS (
        INSERT INTO feed
        SELECT audience, position, id FROM placed, unnest(seeing) AS audience
        UNION
        SELECT audience, position, earlier.id FROM placed, unnest(entering) AS audience, LATERAL (
            SELECT id FROM events WHERE events.ticket_id = placed.ticket_id AND events.seq < placed.seq OFFSET 0
        ) AS earlier
        RETURNING audience
    ), counted AS (
        UPDATE about SET last_position = last + (SELECT count(*) FROM placed)
    )
    SELECT array_agg(DISTINCT audience) INTO concerned FROM fed;
    PERFORM pg_notify(channel_of(audience), '') FROM unnest(concerned) AS audience;
END $$;

-- Events after a position, for whoever asks, under row security. What an audience begins to see late comes whole: all
-- its earlier steps stand at the position of the one that brought it, and are never cut apart.
CREATE OR REPLACE FUNCTION read_after(after bigint, most integer)
RETURNS TABLE (place bigint, ticket text, step integer, id text, said text) STABLE SECURITY INVOKER
LANGUAGE plpgsql SET search_path = pg_catalog, hotline, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    mine text[];
    last bigint;
BEGIN
    IF see_everything() THEN
        RETURN QUERY SELECT l.position, e.ticket_id, e.seq, e.event_id, e.event
            FROM (SELECT * FROM line WHERE line.position > after ORDER BY line.position LIMIT most) AS l,
            LATERAL (SELECT * FROM events WHERE events.id = l.id OFFSET 0) AS e ORDER BY l.position;
        RETURN;
    END IF;
    mine := my_audiences();
    SELECT max(f.position) INTO last FROM (
        SELECT spot.position FROM unnest(mine) AS who, LATERAL (
            SELECT DISTINCT feed.position FROM feed WHERE feed.audience = who AND feed.position > after
            ORDER BY feed.position LIMIT most
        ) AS spot GROUP BY spot.position ORDER BY spot.position LIMIT most
    ) AS f;
    RETURN QUERY SELECT f.position, e.ticket_id, e.seq, e.event_id, e.event
        FROM (
            SELECT DISTINCT feed.position, feed.id FROM feed
            WHERE feed.audience = ANY (mine) AND feed.position > after AND feed.position <= last
        ) AS f, LATERAL (SELECT * FROM events WHERE events.id = f.id OFFSET 0) AS e ORDER BY f.position, e.seq;
END $$;

-- The steps of some tickets, as far as whoever asks may see them.
CREATE OR REPLACE FUNCTION histories(tickets text[])
RETURNS TABLE (ticket text, step integer, id text, said text) STABLE SECURITY INVOKER
LANGUAGE plpgsql SET search_path = pg_catalog, hotline, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY SELECT e.ticket_id, e.seq, e.event_id, e.event FROM unnest(tickets) AS one, LATERAL (
        SELECT * FROM events WHERE events.ticket_id = one OFFSET 0
    ) AS e ORDER BY e.ticket_id, e.seq;
END $$;

CREATE OR REPLACE FUNCTION reserve_numbers(of_day date, how_many integer) RETURNS bigint SECURITY DEFINER
LANGUAGE plpgsql SET search_path = pg_catalog, hotline, pg_temp
AS $$
DECLARE
    reserved bigint;
BEGIN
    IF NOT EXISTS (
        SELECT FROM grants JOIN rights USING (kind) WHERE role = session_user AND event_kind = 'registered'
    ) THEN
        RAISE EXCEPTION '这个账号不登记工单，不领工单编号' USING ERRCODE = 'HL403';
    END IF;
    IF how_many NOT BETWEEN 1 AND 1000000 THEN
        RAISE EXCEPTION '一次领 1 到 1000000 个工单编号' USING ERRCODE = 'HL403';
    END IF;
    INSERT INTO serials AS s VALUES (of_day, how_many)
        ON CONFLICT (day) DO UPDATE SET last = s.last + excluded.last RETURNING last INTO reserved;
    RETURN reserved;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA hotline FROM PUBLIC, hotline_desk;
GRANT EXECUTE ON FUNCTION my_audiences(), see_everything(), may_see(text, integer), hello(), append(text[]), wake(), my_channels(),
    settle(integer), read_after(bigint, integer), histories(text[]), reserve_numbers(date, integer) TO hotline_desk;
