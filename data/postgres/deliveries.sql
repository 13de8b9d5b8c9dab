-- What an event sets going, in the transaction that appends it: made anew by each `hotline queue init`, like functions.sql.

-- A job for a ticket: whoever takes it sends what waits for the ticket, oldest first. One for each event and no fewer:
-- a job that runs already may have looked before this event was committed.
CREATE OR REPLACE FUNCTION defer_delivery(ticket text) RETURNS void SECURITY DEFINER
LANGUAGE sql SET search_path = pg_catalog, hotline_jobs, hotline, pg_temp
AS $$
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        'deliveries', 'deliver', CASE WHEN urgent THEN 10 ELSE 0 END, ticket, NULL,
        jsonb_build_object('ticket_id', ticket), NULL
    )::procrastinate_job_to_defer_v1]) FROM heads WHERE ticket_id = ticket
$$;

-- Whom an event is delivered to: `before` and `after` are who sees the ticket without it and with it.
CREATE OR REPLACE FUNCTION hand_on(fact jsonb, before text[], after text[]) RETURNS void SECURITY DEFINER
LANGUAGE plpgsql SET search_path = pg_catalog, hotline, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    ticket constant text := fact ->> 'ticket_id';
    step constant integer := fact ->> 'seq';
    what constant text := fact ->> 'kind';
    said constant jsonb := fact -> 'payload';
    told text[] := '{}';
    sending boolean;
BEGIN
    IF what IN ('registered', 'amended') THEN
        UPDATE heads SET urgent = pressing FROM (
            SELECT coalesce(said #> '{record,urgency_kinds}', '[]') <> '[]' AS pressing
        ) AS now WHERE ticket_id = ticket AND urgent <> pressing;
    END IF;
    IF what IN (
        'submitted', 'dispatched', 'redispatched', 'signed', 'made_complex', 'review_asked', 'review_passed',
        'review_failed', 'fed_back', 'sent_back', 'answered', 'classified', 'completed'
    ) THEN
        INSERT INTO clocks VALUES (ticket, step, '-infinity')
            ON CONFLICT (ticket_id) DO UPDATE SET seq = excluded.seq, look_at = excluded.look_at;
    END IF;
    CASE what
    WHEN 'dispatched', 'redispatched' THEN  -- and whoever has it no longer, so that nobody goes on with it
        told := ARRAY[said ->> 'unit', said ->> 'copy_to'] || ARRAY(
            SELECT substr(gone, 6) FROM unnest(before) AS gone WHERE gone LIKE 'unit:%' AND gone <> ALL (after)
        );
    WHEN 'joined' THEN
        IF jsonb_typeof(said -> 'units') = 'array' THEN
            told := ARRAY(SELECT jsonb_array_elements_text(said -> 'units'));
        END IF;
    WHEN 'amended', 'repeated' THEN
        told := ARRAY(SELECT substr(who, 6) FROM unnest(after) AS who WHERE who LIKE 'unit:%');
    WHEN 'reminded', 'sent_back', 'made_complex', 'return_refused', 'review_failed', 'supervised',
        'supervision_approved' THEN
        told := ARRAY(
            SELECT substr(audience, 6) FROM access WHERE ticket_id = ticket AND part = 'lead' AND until_seq IS NULL
        );
    WHEN 'censured' THEN
        told := ARRAY[said ->> 'unit'];
    WHEN 'completed' THEN  -- the network platform that it came from shows its rating page (5.3.4)
        told := CASE WHEN said -> 'rating_page' = 'true' THEN ARRAY['.'] ELSE '{}' END;
    ELSE
        NULL;
    END CASE;
    WITH made AS (
        INSERT INTO deliveries (ticket_id, seq, event_id, kind, unit, state, channel, done_at)
            SELECT ticket, step, fact ->> 'event_id', what, CASE each.unit WHEN '.' THEN '' ELSE each.unit END,
                CASE WHEN desks.unit IS NULL THEN 'waiting' ELSE 'sent' END,
                CASE WHEN desks.unit IS NULL THEN '' ELSE '系统' END, CASE WHEN desks.unit IS NOT NULL THEN now() END
            FROM (SELECT unit, min(nr) AS nr FROM unnest(told) WITH ORDINALITY AS given (unit, nr)
                WHERE unit <> '' GROUP BY unit) AS each LEFT JOIN desks USING (unit) ORDER BY nr
            RETURNING state
    ) SELECT bool_or(state = 'waiting') INTO sending FROM made;
    IF sending THEN
        PERFORM defer_delivery(ticket);
    END IF;
END $$;

REVOKE ALL ON FUNCTION hand_on(jsonb, text[], text[]), defer_delivery(text) FROM PUBLIC, hotline_desk;
GRANT EXECUTE ON FUNCTION defer_delivery(text) TO hotline_worker;
