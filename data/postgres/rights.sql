-- Who may do what: made anew by each `hotline queue init`. Row security stands on every table, for its owner too.

DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY[
        'about', 'grants', 'rights', 'events', 'heads', 'access', 'arrivals', 'line', 'feed', 'serials', 'deliveries',
        'clocks', 'desks'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one);
        EXECUTE format('REVOKE ALL ON TABLE %I FROM PUBLIC, hotline_desk, hotline_clerk, hotline_worker', one);
        EXECUTE format('DROP POLICY IF EXISTS clerk ON %I', one);
        EXECUTE format('CREATE POLICY clerk ON %I TO hotline_clerk USING (true) WITH CHECK (true)', one);
        EXECUTE format('DROP POLICY IF EXISTS desk ON %I', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['deliveries', 'clocks', 'desks'] LOOP
        EXECUTE format('DROP POLICY IF EXISTS worker ON %I', one);
        EXECUTE format('CREATE POLICY worker ON %I TO hotline_worker USING (true) WITH CHECK (true)', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['about', 'grants', 'rights', 'serials'] LOOP
        EXECUTE format('DROP POLICY IF EXISTS keeper ON %I', one);
        EXECUTE format('CREATE POLICY keeper ON %I TO hotline_owner USING (true) WITH CHECK (true)', one);
    END LOOP;
END $$;

CREATE POLICY desk ON events FOR SELECT TO hotline_desk USING ((SELECT see_everything()) OR may_see(ticket_id, seq));
CREATE POLICY desk ON access FOR SELECT TO hotline_desk USING (
    (SELECT see_everything()) OR audience = ANY ((SELECT my_audiences())::text[])
);
CREATE POLICY desk ON feed FOR SELECT TO hotline_desk USING (audience = ANY ((SELECT my_audiences())::text[]));
CREATE POLICY desk ON line FOR SELECT TO hotline_desk USING ((SELECT see_everything()));

GRANT SELECT ON events, access, feed, line TO hotline_desk;

-- The planner's guess of rows is no row, and row security does not hide it: EXPLAIN would tell any unit how many tickets
-- another has. All that asks for an audience finds it by its key.
ALTER TABLE access ALTER COLUMN audience SET STATISTICS 0;
ALTER TABLE feed ALTER COLUMN audience SET STATISTICS 0;

GRANT SELECT ON about, grants, rights TO hotline_clerk;
GRANT UPDATE (last_position) ON about TO hotline_clerk;
GRANT SELECT (id, ticket_id, seq, event_id), INSERT ON events TO hotline_clerk;
GRANT SELECT, INSERT, UPDATE, DELETE ON heads TO hotline_clerk;
GRANT SELECT, INSERT, UPDATE ON access, serials TO hotline_clerk;
GRANT SELECT, INSERT, DELETE ON arrivals TO hotline_clerk;
GRANT SELECT, INSERT ON line, feed TO hotline_clerk;
GRANT SELECT, INSERT ON deliveries TO hotline_clerk;
GRANT SELECT ON desks TO hotline_clerk;
GRANT SELECT, INSERT, UPDATE ON clocks TO hotline_clerk;

-- Login roles of the centre are workers as well: they run `hotline work`, and see what is held.
GRANT USAGE ON SCHEMA hotline TO hotline_worker;
GRANT SELECT ON deliveries, clocks TO hotline_worker;
GRANT SELECT, INSERT, DELETE ON desks TO hotline_worker;
GRANT UPDATE (state, channel, tries, reason, next_at, done_at) ON deliveries TO hotline_worker;
GRANT UPDATE (look_at), DELETE ON clocks TO hotline_worker;
