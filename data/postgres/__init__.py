"""The city's dispatch queue on a PostgreSQL server. psycopg is loaded when a server is first spoken to, not before."""
