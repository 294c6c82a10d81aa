"""What a PostgreSQL server must know to enforce who may do what, by itself (issue: rights by the server, not by our code).

Three group roles: tracker_reader reads; tracker_reporter also records reports for its own units, through one function that
runs with its owner's rights and checks every row against the session's login; tracker_coordinator writes. History is
append-only for everybody, and a change always carries the login of its session.

The rules of progress are not repeated here: what a reporter records marks the items it concerns as stale, reading replays
these from history, and the next write of a coordinator settles them.
"""

from tracker.errors import Refused
from tracker.store.connection import Connection
from tracker.store.version import APPEND_ONLY

ROLES = ("reader", "reporter", "coordinator")
STATE_TABLES = (
    "ledger",
    "plan",
    "region",
    "unit",
    "unit_name",
    "item",
    "responsibility",
    "indicator",
    "indicator_source",
)

_GROUPS = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tracker_reader') THEN CREATE ROLE tracker_reader NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tracker_reporter') THEN CREATE ROLE tracker_reporter NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tracker_coordinator') THEN
    CREATE ROLE tracker_coordinator NOLOGIN; END IF;
  GRANT tracker_reader TO tracker_reporter;
  GRANT tracker_reader TO tracker_coordinator;
END $$
"""

_OWN_LOGIN = """
CREATE OR REPLACE FUNCTION tracker_own_login() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.login IS DISTINCT FROM session_user::text
     AND NOT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RAISE EXCEPTION 'tracker: login % is not yours', NEW.login USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$
"""

_OWN_LOGIN_TRIGGER = """
CREATE OR REPLACE TRIGGER tracker_own_login BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION tracker_own_login()
"""

# The parts of a row are numbered as `store.writing` writes and hashes them.
_RECORD = """
CREATE OR REPLACE FUNCTION tracker_record(change_text text, row_tables text[], row_texts text[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said jsonb := change_text::jsonb;
  last record;
  digest text;
  part jsonb;
  place int;
  moment text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  newest text := '';
BEGIN
  PERFORM pg_advisory_xact_lock(814221);
  SELECT id, at, hash INTO last FROM change ORDER BY id DESC LIMIT 1;
  IF (said->>0)::int <> last.id + 1 OR said->>1 < last.at THEN
    RAISE EXCEPTION 'tracker: the ledger has moved on' USING ERRCODE = 'serialization_failure';
  END IF;
  IF said->>3 IS DISTINCT FROM session_user::text THEN
    RAISE EXCEPTION 'tracker: login % is not yours', said->>3 USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF said->>1 > last.at AND abs(extract(epoch FROM (said->>1)::timestamptz - clock_timestamp())) > 3600 THEN
    RAISE EXCEPTION 'tracker: the clock of this machine is off (% against %)', said->>1, moment
      USING ERRCODE = 'invalid_datetime_format';
  END IF;
  IF said->>7 IS NOT NULL AND NOT EXISTS (
      SELECT FROM change WHERE id = (said->>7)::int AND login = session_user::text) THEN
    RAISE EXCEPTION 'tracker: only own changes can be undone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  digest := encode(sha256(convert_to(last.hash || change_text || coalesce((
      SELECT string_agg(t.name || t.row_text, '' ORDER BY t.place)
      FROM unnest(row_tables, row_texts) WITH ORDINALITY AS t(name, row_text, place)), ''), 'UTF8')), 'hex');
  INSERT INTO change (id, at, "by", login, unit, command, detail, undoes, hash) VALUES (
    (said->>0)::int, said->>1, said->>2, said->>3, said->>4, said->>5, said->>6, (said->>7)::int, digest);
  FOR place IN 1 .. coalesce(array_length(row_texts, 1), 0) LOOP
    part := row_texts[place]::jsonb;
    PERFORM tracker_permit(row_tables[place], part);
    IF row_tables[place] = 'report' THEN
      INSERT INTO report (change_id, item_id, n, date, entered, unit_id, unit, role, state, percent, value, note, problem,
          next, before) VALUES ((said->>0)::int, (part->>0)::int, (part->>1)::int, part->>2, part->>3, (part->>4)::int,
          part->>5, part->>6, part->>7, part->>8, part->>9, part->>10, part->>11, part->>12, part->>13);
      newest := greatest(newest, part->>2);
    ELSIF row_tables[place] = 'event' THEN
      INSERT INTO event (change_id, item_id, n, kind, date, entered, unit_id, unit, data, before) VALUES (
          (said->>0)::int, (part->>0)::int, (part->>1)::int, part->>2, part->>3, part->>4, (part->>5)::int, part->>6,
          part->>7, part->>8);
      newest := greatest(newest, part->>3);
    ELSE
      INSERT INTO evidence (change_id, item_id, n, kind, name, sha256, size, url) VALUES ((said->>0)::int,
          (part->>0)::int, (part->>1)::int, part->>2, part->>3, part->>4, (part->>5)::int, part->>6);
    END IF;
    PERFORM tracker_mark_stale((part->>0)::int);
  END LOOP;
  IF said->>7 IS NOT NULL THEN
    PERFORM tracker_mark_stale(item_id) FROM (
      SELECT item_id FROM report WHERE change_id = (said->>7)::int
      UNION SELECT item_id FROM event WHERE change_id = (said->>7)::int AND item_id IS NOT NULL) AS touched;
  END IF;
  UPDATE ledger SET value = (said->>0) || ' ' || digest WHERE name = 'head';
  UPDATE ledger SET value = newest WHERE name = 'newest_date' AND value < newest;
  RETURN digest;
END $$
"""

_PERMIT = """
CREATE OR REPLACE FUNCTION tracker_permit(kind text, part jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  item int := (part->>0)::int;
  speaker int := CASE kind WHEN 'report' THEN (part->>4)::int WHEN 'event' THEN (part->>5)::int END;
  own int[] := ARRAY(SELECT unit_id FROM access WHERE login = session_user::text);
  has_lead boolean := EXISTS (SELECT FROM responsibility r WHERE r.item_id = item AND r.active = 1 AND r.role = 'lead');
  best text;
BEGIN
  IF kind NOT IN ('report', 'event', 'evidence') OR (kind = 'event' AND part->>2 <> 'complete') THEN
    RAISE EXCEPTION 'tracker: a reporter only reports' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF speaker IS NOT NULL AND NOT speaker = ANY (own) THEN
    RAISE EXCEPTION 'tracker: unit % is not yours', speaker USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT min(r.role) INTO best FROM responsibility r
    WHERE r.item_id = item AND r.active = 1 AND r.unit_id = ANY (CASE WHEN speaker IS NULL THEN own ELSE ARRAY[speaker] END);
  IF best IS NULL AND has_lead OR own = '{}' THEN
    RAISE EXCEPTION 'tracker: your unit has no part in this item' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF has_lead AND kind = 'report' AND speaker IS NULL THEN
    RAISE EXCEPTION 'tracker: name the unit that reports' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF best = 'participant' AND has_lead AND (kind = 'event' OR kind = 'report'
      AND (part->>7 IS NOT NULL OR part->>8 IS NOT NULL OR part->>9 IS NOT NULL)) THEN
    RAISE EXCEPTION 'tracker: a participant adds notes and evidence only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF kind = 'report' AND (part->>7 NOT IN ('not_started', 'in_progress')
      OR part->>6 IS DISTINCT FROM CASE WHEN has_lead THEN best ELSE 'lead' END) THEN
    RAISE EXCEPTION 'tracker: a report may not say this' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF kind <> 'evidence' AND (part->>CASE kind WHEN 'report' THEN 2 ELSE 3 END)
      > to_char(clock_timestamp() + interval '1 day', 'YYYY-MM-DD') THEN
    RAISE EXCEPTION 'tracker: a report in the future' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF kind <> 'evidence' AND abs((part->>CASE kind WHEN 'report' THEN 3 ELSE 4 END)::date - current_date) > 1 THEN
    RAISE EXCEPTION 'tracker: the day of entry is today' USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$
"""

_MARK_STALE = """
CREATE OR REPLACE FUNCTION tracker_mark_stale(item int) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE follower(id) AS (
    SELECT item
    UNION
    SELECT own.item_id FROM follower
      JOIN indicator source ON source.item_id = follower.id
      JOIN indicator_source link ON link.source_id = source.id
      JOIN indicator own ON own.id = link.indicator_id)
  UPDATE item SET stale = 1 WHERE id IN (SELECT id FROM follower)
$$
"""


def set_up_rights(connection: Connection) -> None:
    """Create roles, policies and functions; safe to run again. The connection's login becomes their owner."""
    for statement in (_GROUPS, _OWN_LOGIN, _OWN_LOGIN_TRIGGER, _MARK_STALE, _PERMIT, _RECORD):
        connection.raw.execute(statement)
    tables = (*STATE_TABLES, *APPEND_ONLY, "access", "alembic_version")
    for table in tables:
        connection.raw.execute(f"REVOKE ALL ON {table} FROM PUBLIC")
        connection.raw.execute(f"GRANT SELECT ON {table} TO tracker_reader")
    for table in STATE_TABLES:
        connection.raw.execute(f"GRANT INSERT, UPDATE, DELETE ON {table} TO tracker_coordinator")
    for table in APPEND_ONLY:
        connection.raw.execute(f"GRANT INSERT ON {table} TO tracker_coordinator")
        connection.raw.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for name, rule in (
            ("read", "FOR SELECT TO tracker_reader USING (true)"),
            ("write", "FOR INSERT TO tracker_coordinator WITH CHECK (true)"),
        ):
            connection.raw.execute(f"DROP POLICY IF EXISTS tracker_{name} ON {table}")
            connection.raw.execute(f"CREATE POLICY tracker_{name} ON {table} {rule}")
    connection.raw.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tracker_coordinator")
    for function in ("tracker_permit(text, jsonb)", "tracker_mark_stale(int)"):
        connection.raw.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    connection.raw.execute("REVOKE ALL ON FUNCTION tracker_record(text, text[], text[]) FROM PUBLIC")
    connection.raw.execute("GRANT EXECUTE ON FUNCTION tracker_record(text, text[], text[]) TO tracker_reporter")


def grant(connection: Connection, login: str, role: str, units: list[int], password: str | None) -> bool:
    """Give a login a role, a reporter also its units; return whether the login was made now.

    Raises Refused for a login that cannot be one. An existing login keeps its password.
    """
    from psycopg import sql

    if not login or "\x00" in login or len(login.encode()) > 63:  # noqa: PLR2004 - PostgreSQL's limit for names
        raise Refused(f"登录名“{login}”不能为空，也不能超过 63 字节")
    name = sql.Identifier(login)
    made = connection.one("SELECT 1 FROM pg_roles WHERE rolname = ?", (login,)) is None
    if made:
        secret: sql.Composable = sql.SQL("")
        if password:
            # Hashed here: neither the server nor its log ever sees the password itself.
            hashed = connection.raw.pgconn.encrypt_password(
                password.encode(), login.encode(), b"scram-sha-256"
            ).decode()
            secret = sql.SQL(" PASSWORD {}").format(sql.Literal(hashed))
        connection.raw.execute(sql.SQL("CREATE ROLE {} LOGIN{}").format(name, secret))
    database = connection.one("SELECT current_database()")
    assert database is not None  # noqa: S101 - there is always one
    connection.raw.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database[0]), name))
    connection.raw.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(f"tracker_{role}"), name))
    for unit in units:
        connection.execute(
            "INSERT INTO access (login, unit_id) VALUES (?, ?) ON CONFLICT (login, unit_id) DO NOTHING", (login, unit)
        )
    return made


def may_write(connection: Connection) -> bool:
    """Say whether the session's login writes tables itself; otherwise it can only record reports."""
    row = connection.one("SELECT has_table_privilege(session_user, 'change', 'INSERT')")
    return bool(row and row[0])


def record(connection: Connection, change_text: str, rows: list[tuple[str, str]]) -> str:
    """Hand a reporter's change to the server, which checks and writes it; return its hash."""
    tables, texts = [table for table, _ in rows], [text for _, text in rows]
    row = connection.one("SELECT tracker_record(?, ?::text[], ?::text[])", (change_text, tables, texts))
    assert row is not None  # noqa: S101 - a function call gives a row
    return str(row[0])
