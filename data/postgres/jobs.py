"""procrastinate's own tables on the server: made and brought up to date by ``hotline queue init``, in their own schema."""

from importlib.resources import files

from psycopg import sql

from data.postgres.link import Link

SCHEMA = "hotline_jobs"


def bring_up_to_date(link: Link) -> None:
    """Make the tables as the installed procrastinate wants them; the schema is there, and who acts owns it."""
    here = files("procrastinate.sql")
    steps = [each for each in (here / "migrations").iterdir() if each.name.endswith(".sql")]
    migrations = sorted(steps, key=lambda each: each.name)
    made = str(link.execute("SELECT jobs FROM hotline.about").fetchall()[0][0])
    link.execute(sql.SQL("SET LOCAL search_path = {}, pg_temp").format(sql.Identifier(SCHEMA)))
    for each in [migration for migration in migrations if migration.name > made] if made else [here / "schema.sql"]:
        link.execute(each.read_bytes())
    # Its NOTIFY would hold a lock of the whole server until the writer's transaction ends; the workers look instead.
    link.execute("ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1")
    # Which jobs of a ticket come first is asked at each fetch: by its own index that read all that waits.
    link.execute(
        "CREATE INDEX IF NOT EXISTS hotline_jobs_of_ticket ON procrastinate_jobs (lock, priority DESC, id) "
        "WHERE status IN ('todo', 'doing')"
    )
    for table in ("procrastinate_jobs", "procrastinate_events"):  # emptied as fast as they fill: keep dead rows few
        link.execute(
            sql.SQL(
                "ALTER TABLE {} SET (autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0)"
            ).format(sql.Identifier(table))
        )
    link.execute("SET LOCAL search_path = hotline, pg_temp")
    link.execute("UPDATE about SET jobs = %s", (migrations[-1].name,))


def grant_rights(link: Link, worker: str, clerk: str) -> None:
    """Let workers do everything with jobs, and the clerk defer them; nobody else sees the schema."""
    names = {"schema": sql.Identifier(SCHEMA), "worker": sql.Identifier(worker), "clerk": sql.Identifier(clerk)}
    for statement in (
        "GRANT USAGE ON SCHEMA {schema} TO {worker}, {clerk}",
        "GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {worker}",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA {schema} TO {worker}, {clerk}",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {worker}, {clerk}",
        "GRANT SELECT, INSERT ON {schema}.procrastinate_jobs, {schema}.procrastinate_events TO {clerk}",
    ):
        link.execute(sql.SQL(statement).format(**names))
