-- The functions by which a PostgreSQL server itself decides what a reporter may record (store/postgres/rights.py).
--
-- A reporter can run nothing but tracker_turn and tracker_record, which work with their owner's rights. Nothing that is handed
-- over is trusted: every value is taken apart, held against what the ledger holds, and written in its one form; the hash of the
-- chain is computed from what is written, never from the text that came. Every function fixes its search path, so that no table
-- or operator of a caller's own can take the place of ours. They stand in an order in which each finds what it needs.

-- Which database of which server this is. A dump, a template or a copy takes its rows along, never this: what was granted in
-- one place is in force there alone. A standby and a base backup that was played forward are the same place.
CREATE OR REPLACE FUNCTION tracker_place() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT (pg_control_system()).system_identifier || '/' || oid FROM pg_database WHERE datname = current_database()
$$;

-- What the session's login is in this ledger: its widest role, null for nobody. All row-level policies ask this, once a statement;
-- the group roles, which belong to the whole server, say nothing of one ledger.
-- One expression, which a session plans once; a call of `tracker_place` would cost five times as much.
CREATE OR REPLACE FUNCTION tracker_role() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN CASE
    WHEN pg_has_role(session_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = 'public.access'::regclass), 'MEMBER')
    THEN 'coordinator'
    ELSE (SELECT role FROM access WHERE login = session_user::text AND place = (pg_control_system()).system_identifier || '/'
        || (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      ORDER BY role = 'coordinator' DESC, role = 'reporter' DESC LIMIT 1) END;
END $$;

-- The units for which the session's login reports.
CREATE OR REPLACE FUNCTION tracker_units() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT unit_id FROM access WHERE login = session_user::text AND role = 'reporter' AND place = tracker_place());
END $$;

-- What runs inside a coordinator's own session names everything by its schema: a table of its own, called pg_class, would
-- otherwise say who owns what.
CREATE OR REPLACE FUNCTION tracker_own_login() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last record;
  clock text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
BEGIN
  IF pg_has_role(session_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN NEW;
  END IF;
  IF NEW.login IS DISTINCT FROM session_user::text THEN
    RAISE EXCEPTION 'tracker: login % is not yours', NEW.login USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT id, at INTO last FROM public.change ORDER BY id DESC LIMIT 1;
  IF NEW.id <> last.id + 1 OR NEW.at < last.at THEN
    RAISE EXCEPTION 'tracker: the ledger has moved on' USING ERRCODE = 'serialization_failure';
  END IF;
  -- Of its own: the moment of the last change may be taken only where that lies ahead of the clock.
  IF NEW.at !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$'
     OR NEW.at = last.at AND last.at < clock
     OR NEW.at > last.at AND abs(extract(epoch FROM NEW.at::timestamptz - clock_timestamp())) > 3600 THEN
    RAISE EXCEPTION 'tracker: clock of this machine is off (% against %)', NEW.at, clock_timestamp() AT TIME ZONE 'UTC'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER tracker_own_login BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION tracker_own_login();

-- Only who may write can take this lock: with an advisory lock a reader could keep everybody waiting.
CREATE OR REPLACE FUNCTION tracker_turn() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM tracker_refuse(coalesce(tracker_role(), '') NOT IN ('reporter', 'coordinator'), 'member of another ledger');
  PERFORM FROM ledger WHERE name = 'head' FOR UPDATE;
END $$;

-- `store.changeset.dump`, for one text: the same escapes, in ASCII alone.
CREATE OR REPLACE FUNCTION tracker_json(value text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce('"' || (
    SELECT string_agg(CASE
      WHEN code IN (34, 92) THEN '\' || letter
      WHEN code BETWEEN 32 AND 126 THEN letter
      WHEN code = 8 THEN '\b' WHEN code = 9 THEN '\t' WHEN code = 10 THEN '\n'
      WHEN code = 12 THEN '\f' WHEN code = 13 THEN '\r'
      WHEN code < 65536 THEN '\u' || lpad(to_hex(code), 4, '0')
      ELSE '\u' || to_hex(55296 + ((code - 65536) >> 10)) || '\u' || to_hex(56320 + ((code - 65536) & 1023))
      END, '' ORDER BY place)
    FROM (SELECT letter, ascii(letter) AS code, place
          FROM regexp_split_to_table(value, '') WITH ORDINALITY AS split(letter, place) WHERE letter <> '') AS coded
  ) || '"', CASE WHEN value IS NULL THEN 'null' ELSE '""' END)
$$;

-- A row as `store.changeset.chain` hashes it: whole numbers at some places, texts at all others.
CREATE OR REPLACE FUNCTION tracker_row(part jsonb, numbers int[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT '[' || string_agg(CASE WHEN place - 1 = ANY (numbers) THEN coalesce((cell::int)::text, 'null')
    ELSE tracker_json(cell) END, ',' ORDER BY place) || ']'
  FROM jsonb_array_elements_text(part) WITH ORDINALITY AS cells(cell, place)
$$;

CREATE OR REPLACE FUNCTION tracker_refuse(is_wrong boolean, words text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF is_wrong IS DISTINCT FROM false THEN
    RAISE EXCEPTION 'tracker: %', words USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION tracker_undone(number int) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM change WHERE undoes = number AND NOT tracker_undone(id));
END $$;

CREATE OR REPLACE FUNCTION tracker_root(number int) RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN coalesce((SELECT tracker_root(undoes) FROM change WHERE id = number AND undoes IS NOT NULL), number);
END $$;

CREATE OR REPLACE VIEW tracker_stated AS
  SELECT change_id, item_id, n FROM report UNION ALL SELECT change_id, item_id, n FROM event
  UNION ALL SELECT change_id, item_id, n FROM evidence;

-- Whether a part of an item (place null: the item without indicators, or all of them) is completed or closed on a day.
CREATE OR REPLACE FUNCTION tracker_settled(item int, place int, day text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  parts int[] := ARRAY(SELECT i.n FROM indicator i WHERE i.item_id = item AND i.withdrawn = 0 AND i.retired_on IS NULL);
BEGIN
  IF place IS NULL AND parts <> '{}' THEN
    RETURN NOT EXISTS (SELECT FROM unnest(parts) AS part(n) WHERE NOT tracker_settled(item, part.n, day));
  END IF;
  RETURN coalesce((SELECT e.kind IN ('complete', 'close') FROM event e
    WHERE e.item_id = item AND (e.n IS NULL OR e.n = place) AND e.kind IN ('complete', 'close', 'return', 'reopen')
      AND e.date <= day AND NOT tracker_undone(e.change_id)
    ORDER BY e.date DESC, e.change_id DESC, e.id DESC LIMIT 1), false);
END $$;

-- The same number asked for again in a later year is reported until that later one is settled.
CREATE OR REPLACE FUNCTION tracker_takes_figures(item int, place int, day text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN NOT tracker_settled(item, place, day) OR place IS NOT NULL AND EXISTS (
    WITH RECURSIVE later(id) AS (
      SELECT i.id FROM indicator i WHERE i.item_id = item AND i.n = place AND i.withdrawn = 0
      UNION
      SELECT i.id FROM later JOIN indicator_source s ON s.source_id = later.id
        JOIN indicator i ON i.id = s.indicator_id AND i.withdrawn = 0 AND i.link::jsonb->>'kind' = 'same')
    SELECT FROM later JOIN indicator i USING (id) WHERE NOT tracker_settled(i.item_id, i.n, day));
END $$;

-- Days that are today somewhere on earth, whatever zone the session says it is in.
CREATE OR REPLACE FUNCTION tracker_is_today(day text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT day BETWEEN to_char(clock_timestamp() AT TIME ZONE 'UTC' - interval '12 hours', 'YYYY-MM-DD')
    AND to_char(clock_timestamp() AT TIME ZONE 'UTC' + interval '14 hours', 'YYYY-MM-DD')
$$;

-- The name of a unit of its own, as the registry has it.
CREATE OR REPLACE FUNCTION tracker_own_name(name text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN name IS NULL OR EXISTS (
    SELECT FROM unit u WHERE u.id = ANY (tracker_units()) AND u.name = tracker_own_name.name);
END $$;

-- What only a reporter could have written may be taken back, while nothing that still holds stands on it.
CREATE OR REPLACE FUNCTION tracker_permit_undo(target int) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  root int := tracker_root(target);
BEGIN
  PERFORM tracker_refuse(NOT EXISTS (SELECT FROM change WHERE id = root AND command IN ('log', 'complete', 'import'))
    OR EXISTS (SELECT FROM event WHERE change_id = root AND (item_id IS NULL OR kind <> 'complete'))
    OR EXISTS (SELECT FROM item WHERE added_by = root), 'only own changes can be undone');
  PERFORM tracker_refuse(EXISTS (
    SELECT FROM tracker_stated own JOIN tracker_stated later ON later.item_id = own.item_id
      AND (own.n IS NULL OR later.n IS NULL OR later.n = own.n)
    WHERE own.change_id = root AND later.change_id > target AND NOT tracker_undone(later.change_id)),
    'later changes stand on it');
END $$;

-- What an import keeps of where it came from: one file by name, or files by name, hash and date. A reporter keeps nothing else.
CREATE OR REPLACE FUNCTION tracker_permit_detail(command text, detail text) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said jsonb;
BEGIN
  IF detail IS NULL THEN
    RETURN;
  END IF;
  PERFORM tracker_refuse(command <> 'import' OR length(detail) > 1000000, 'what form is this');
  said := detail::jsonb;
  PERFORM tracker_refuse(jsonb_typeof(said) <> 'object' OR said - 'file' - 'files' <> '{}'
    OR said ? 'file' AND (jsonb_typeof(said->'file') <> 'string' OR length(said->>'file') > 300)
    OR said ? 'files' AND jsonb_typeof(said->'files') <> 'array', 'what form is this');
  PERFORM tracker_refuse(EXISTS (SELECT FROM jsonb_array_elements(coalesce(said->'files', '[]')) AS each(file)
    WHERE jsonb_typeof(file) <> 'object' OR file - 'name' - 'sha256' - 'date' <> '{}'
      OR jsonb_typeof(file->'name') IS DISTINCT FROM 'string' OR length(file->>'name') > 300
      OR jsonb_typeof(file->'sha256') IS DISTINCT FROM 'string' OR file->>'sha256' !~ '^[0-9a-f]{64}$'
      OR jsonb_typeof(file->'date') IS DISTINCT FROM 'string' OR file->>'date' !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
    'what form is this');
END $$;

-- What was there before is shown by history: of the fields of a report, each as it is kept.
CREATE OR REPLACE FUNCTION tracker_permit_before(told text) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said jsonb := told::jsonb;
BEGIN
  PERFORM tracker_refuse(jsonb_typeof(said) IS DISTINCT FROM 'object'
    OR said - ARRAY['state', 'percent', 'value', 'note', 'problem', 'next'] <> '{}', 'what form is this');
  PERFORM tracker_refuse(EXISTS (SELECT FROM jsonb_each(said) AS field(name, was), jsonb_each_text(said) AS plain(label, words)
    WHERE label = name AND words IS NOT NULL AND (jsonb_typeof(was) <> 'string' OR length(words) > 32767 OR CASE
      WHEN name = 'state' THEN words NOT IN ('not_started', 'in_progress', 'completed', 'closed')
      WHEN name IN ('percent', 'value') THEN words !~ '^-?[0-9]{1,125}([.][0-9]{1,125})?$'
      ELSE false END)), 'what form is this');
END $$;

-- The change itself: id, at, by, login, unit, command, detail, undoes.
CREATE OR REPLACE FUNCTION tracker_permit_change(said jsonb, parts int) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  target change;
BEGIN
  PERFORM tracker_refuse(said->>3 IS DISTINCT FROM session_user::text, 'login is not yours');
  PERFORM tracker_refuse(char_length(said->>2) NOT BETWEEN 1 AND 100, 'what form is this');
  PERFORM tracker_refuse(NOT tracker_own_name(said->>4), 'unit is not yours');
  PERFORM tracker_refuse(coalesce(said->>5, '') NOT IN ('log', 'complete', 'import', 'undo')
    OR (said->>5 = 'undo') <> (said->>7 IS NOT NULL) OR (said->>5 = 'undo') <> (parts = 0), 'a reporter only reports');
  PERFORM tracker_permit_detail(said->>5, said->>6);
  IF said->>7 IS NOT NULL THEN
    SELECT * INTO target FROM change WHERE id = (said->>7)::int AND login = session_user::text;
    PERFORM tracker_refuse(target.id IS NULL, 'only own changes can be undone');
    PERFORM tracker_refuse(tracker_undone(target.id), 'undone already');
    PERFORM tracker_permit_undo(target.id);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION tracker_permit_dates(day text, entered text) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  form text := '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
BEGIN
  PERFORM tracker_refuse(coalesce(day, '') !~ form OR coalesce(entered, '') !~ form, 'what form is this');
  PERFORM tracker_refuse(day < '1900-01-01' OR to_char(make_date(left(day, 4)::int, substr(day, 6, 2)::int,
    right(day, 2)::int), 'YYYY-MM-DD') <> day, 'what form is this');
  PERFORM tracker_refuse(NOT tracker_is_today(entered), 'day of entry is today');
  PERFORM tracker_refuse(day > entered, 'future dates are not reported');
END $$;

-- Who speaks: the unit must be of this login and have a part in the item, under a name of its own.
CREATE OR REPLACE FUNCTION tracker_permit_speaker(item int, speaker int, name text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  own int[] := tracker_units();
  has_lead boolean := EXISTS (SELECT FROM responsibility r WHERE r.item_id = item AND r.active = 1 AND r.role = 'lead');
  whole int := (SELECT i.parent_id FROM item i WHERE i.id = item);
  best text;
BEGIN
  PERFORM tracker_refuse(speaker IS NOT NULL AND NOT speaker = ANY (own), 'unit is not yours');
  PERFORM tracker_refuse(NOT CASE WHEN speaker IS NULL THEN tracker_own_name(name) ELSE name IN (
    SELECT u.name FROM unit u WHERE u.id = speaker UNION SELECT k.name FROM unit_name k WHERE k.unit_id = speaker
    UNION SELECT r.printed FROM responsibility r WHERE r.unit_id = speaker AND r.item_id IN (item, whole)) END, 'unit is not yours');
  SELECT min(r.role) INTO best FROM responsibility r WHERE r.item_id = item AND r.active = 1
    AND r.unit_id = ANY (CASE WHEN speaker IS NULL THEN own ELSE ARRAY[speaker] END);
  -- Who leads the whole may report for its parts.
  IF best IS NULL AND EXISTS (SELECT FROM responsibility r WHERE r.item_id = whole AND r.active = 1 AND r.role = 'lead'
    AND r.unit_id = speaker) THEN
    best := 'lead';
  END IF;
  PERFORM tracker_refuse(own = '{}' OR best IS NULL AND has_lead, 'your unit has no part in this item');
  RETURN CASE WHEN has_lead THEN best ELSE 'lead' END;
END $$;

CREATE OR REPLACE FUNCTION tracker_permit_item(key int, place int) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM tracker_refuse(NOT EXISTS (SELECT FROM item i WHERE i.id = key AND i.withdrawn = 0 AND i.retired_on IS NULL
    AND i.kind <> 'aim') OR place IS NOT NULL AND NOT EXISTS (SELECT FROM indicator i WHERE i.item_id = key
    AND i.n = place AND i.withdrawn = 0 AND i.retired_on IS NULL), 'nothing is reported here');
END $$;

-- A report: item, n, date, entered, unit id, unit, role, state, percent, value, note, problem, next, before,
-- data year.
CREATE OR REPLACE FUNCTION tracker_permit_report(part jsonb) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  item int := (part->>0)::int;
  place int := (part->>1)::int;
  speaker int := (part->>4)::int;
  moves boolean := part->>7 IS NOT NULL OR part->>8 IS NOT NULL OR part->>9 IS NOT NULL;
  measured boolean;
  best text;
BEGIN
  PERFORM tracker_permit_item(item, place);
  PERFORM tracker_permit_dates(part->>2, part->>3);
  PERFORM tracker_refuse(speaker IS NULL AND (part->>5 IS NOT NULL OR EXISTS (SELECT FROM responsibility r
    WHERE r.item_id = item AND r.active = 1 AND r.role = 'lead')), 'name the unit that reports');
  best := tracker_permit_speaker(item, speaker, part->>5);
  PERFORM tracker_refuse(part->>6 IS DISTINCT FROM best, 'role is another');
  PERFORM tracker_refuse(best = 'participant' AND moves, 'a participant adds notes and evidence only');
  PERFORM tracker_refuse(part->>7 IS NOT NULL AND part->>7 NOT IN ('not_started', 'in_progress'), 'state may not be said');
  SELECT coalesce(i.edited::jsonb->>'value', i.value) IS NOT NULL
    AND coalesce(i.edited::jsonb->>'comparator', i.comparator) NOT IN ('complete', 'qualitative') INTO measured
    FROM indicator i WHERE i.item_id = item AND i.n = place AND i.withdrawn = 0;
  PERFORM tracker_refuse(part->>9 IS NOT NULL AND (NOT coalesce(measured, false)
    OR part->>9 !~ '^-?[0-9]{1,125}([.][0-9]{1,125})?$' OR EXISTS (SELECT FROM indicator i WHERE i.item_id = item
    AND i.n = place AND i.withdrawn = 0 AND i.link::jsonb->>'kind' <> 'same')), 'value does not belong here');
  PERFORM tracker_refuse(part->>8 IS NOT NULL AND (coalesce(measured, false)
    OR place IS NULL AND EXISTS (SELECT FROM indicator i WHERE i.item_id = item AND i.withdrawn = 0 AND i.retired_on IS NULL)
    OR part->>8 !~ '^[0-9]{1,3}([.][0-9]{1,125})?$' OR (part->>8)::numeric > 100), 'percent does not belong here');
  PERFORM tracker_refuse(part->>14 IS NOT NULL AND (part->>9 IS NULL
    OR (part->>14)::int NOT BETWEEN 1900 AND left(part->>2, 4)::int), 'year does not belong here');
  -- The share of areas (每地) is a figure: like a value it may still come in.
  PERFORM tracker_refuse((part->>7 IS NOT NULL OR part->>8 IS NOT NULL AND NOT EXISTS (SELECT FROM indicator i
    WHERE i.item_id = item AND i.n = place AND i.withdrawn = 0 AND coalesce(i.edited::jsonb->>'basis', i.basis) = 'each'))
    AND NOT (tracker_takes_figures(item, place, '9999')
    AND tracker_takes_figures(item, place, part->>2)), 'completed items change by return or reopen only');
END $$;

-- An event: item, n, kind, date, entered, unit id, unit, data, before.
CREATE OR REPLACE FUNCTION tracker_permit_event(part jsonb) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  item int := (part->>0)::int;
  place int := (part->>1)::int;
BEGIN
  PERFORM tracker_refuse(part->>2 IS DISTINCT FROM 'complete' OR part->>7 IS DISTINCT FROM '{}', 'a reporter only reports');
  PERFORM tracker_permit_item(item, place);
  PERFORM tracker_permit_dates(part->>3, part->>4);
  PERFORM tracker_refuse(place IS NULL AND EXISTS (SELECT FROM indicator i WHERE i.item_id = item AND i.withdrawn = 0
    AND i.retired_on IS NULL), 'what form is this');
  PERFORM tracker_refuse(tracker_permit_speaker(item, (part->>5)::int, part->>6) <> 'lead',
    'a participant adds notes and evidence only');
  PERFORM tracker_refuse(EXISTS (SELECT FROM responsibility r WHERE r.item_id = item AND r.active = 1 AND r.main_lead = 1
    AND r.unit_id IS DISTINCT FROM (part->>5)::int), 'the main lead declares completion');
  PERFORM tracker_refuse(tracker_settled(item, place, '9999') OR EXISTS (SELECT FROM event e
    WHERE e.item_id = item AND (e.n IS NULL OR e.n = place) AND e.kind IN ('complete', 'close', 'return', 'reopen')
      AND e.date > part->>3 AND NOT tracker_undone(e.change_id)), 'completed items change by return or reopen only');
END $$;

-- A piece of evidence: item, n, kind, name, sha256, size, url.
CREATE OR REPLACE FUNCTION tracker_permit_evidence(part jsonb) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM tracker_permit_item((part->>0)::int, (part->>1)::int);
  PERFORM tracker_permit_speaker((part->>0)::int, NULL, NULL);
  PERFORM tracker_refuse(CASE part->>2
    WHEN 'file' THEN part->>6 IS NOT NULL OR coalesce(part->>4, '') !~ '^[0-9a-f]{64}$' OR coalesce((part->>5)::int, 0) < 1
    WHEN 'url' THEN part->>4 IS NOT NULL OR part->>5 IS NOT NULL OR coalesce(part->>6, '') !~ '^https?://[!-~]'
    ELSE true END, 'what form is this');
END $$;

CREATE OR REPLACE FUNCTION tracker_permit(kind text, part jsonb) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM tracker_refuse(jsonb_typeof(part) <> 'array' OR jsonb_array_length(part) IS DISTINCT FROM
    CASE kind WHEN 'report' THEN 15 WHEN 'event' THEN 9 WHEN 'evidence' THEN 7 END, 'what form is this');
  -- What a key of a terminal leaves is no text (tracker.text); \r is taken as the first half of a line end.
  PERFORM tracker_refuse(EXISTS (SELECT FROM jsonb_array_elements_text(part) AS field(words)
    WHERE words ~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]'), 'control characters in the words');
  PERFORM tracker_refuse(EXISTS (SELECT FROM jsonb_array_elements_text(part) WITH ORDINALITY AS field(words, place)
    WHERE length(words) > 32767 AND (kind, place) NOT IN (('report', 14), ('event', 9))), 'words are too long');
  IF kind <> 'evidence' THEN
    PERFORM tracker_permit_before(part->> CASE kind WHEN 'report' THEN 13 ELSE 8 END);
  END IF;
  CASE kind
    WHEN 'report' THEN PERFORM tracker_permit_report(part);
    WHEN 'event' THEN PERFORM tracker_permit_event(part);
    WHEN 'evidence' THEN PERFORM tracker_permit_evidence(part);
  END CASE;
END $$;

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
$$;

-- Statements are hashed table by table, in the order of `store.integrity.hashes.NEWEST`, whatever the order they came in.
CREATE OR REPLACE FUNCTION tracker_digest(previous text, said jsonb, row_tables text[], row_texts text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT encode(sha256(convert_to(previous || tracker_row(said, ARRAY[0, 7]) || coalesce((
    SELECT string_agg(stated.name || tracker_row(stated.part::jsonb,
        CASE stated.name WHEN 'report' THEN ARRAY[0, 1, 4, 14] ELSE ARRAY[0, 1, 5] END), ''
      ORDER BY array_position(ARRAY['report', 'event', 'evidence'], stated.name), stated.place)
    FROM unnest(row_tables, row_texts) WITH ORDINALITY AS stated(name, part, place)), ''), 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION tracker_record(change_text text, row_tables text[], row_texts text[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said jsonb := change_text::jsonb;
  number int := (said->>0)::int;
  last record;
  digest text;
  part jsonb;
  newest text := '';
BEGIN
  PERFORM tracker_turn();
  PERFORM tracker_refuse(jsonb_typeof(said) <> 'array' OR jsonb_array_length(said) <> 8
    OR coalesce(array_length(row_tables, 1), 0) <> coalesce(array_length(row_texts, 1), 0), 'what form is this');
  SELECT id, at, hash INTO last FROM change ORDER BY id DESC LIMIT 1;
  IF number IS DISTINCT FROM last.id + 1 OR said->>1 < last.at THEN
    RAISE EXCEPTION 'tracker: the ledger has moved on' USING ERRCODE = 'serialization_failure';
  END IF;
  PERFORM tracker_permit_change(said, coalesce(array_length(row_texts, 1), 0));
  FOR place IN 1 .. coalesce(array_length(row_texts, 1), 0) LOOP
    PERFORM tracker_permit(row_tables[place], row_texts[place]::jsonb);
  END LOOP;
  digest := tracker_digest(last.hash, said, row_tables, row_texts);
  -- The moment and the number are held against the last change and the clock by the trigger on this table.
  INSERT INTO change (id, at, "by", login, unit, command, detail, undoes, hash) VALUES (
    number, said->>1, said->>2, said->>3, said->>4, said->>5, said->>6, (said->>7)::int, digest);
  FOR place IN 1 .. coalesce(array_length(row_texts, 1), 0) LOOP
    part := row_texts[place]::jsonb;
    IF row_tables[place] = 'report' THEN
      INSERT INTO report (change_id, item_id, n, date, entered, unit_id, unit, role, state, percent, value, note, problem,
          next, before, data_year) VALUES (number, (part->>0)::int, (part->>1)::int, part->>2, part->>3, (part->>4)::int,
          part->>5, part->>6, part->>7, part->>8, part->>9, part->>10, part->>11, part->>12, part->>13, (part->>14)::int);
      newest := greatest(newest, part->>3);
    ELSIF row_tables[place] = 'event' THEN
      INSERT INTO event (change_id, item_id, n, kind, date, entered, unit_id, unit, data, before) VALUES (
          number, (part->>0)::int, (part->>1)::int, part->>2, part->>3, part->>4, (part->>5)::int, part->>6,
          part->>7, part->>8);
      newest := greatest(newest, part->>4);
    ELSE
      INSERT INTO evidence (change_id, item_id, n, kind, name, sha256, size, url) VALUES (number,
          (part->>0)::int, (part->>1)::int, part->>2, part->>3, part->>4, (part->>5)::int, part->>6);
    END IF;
    PERFORM tracker_mark_stale((part->>0)::int);
  END LOOP;
  PERFORM tracker_mark_stale(item_id) FROM tracker_stated WHERE change_id = tracker_root((said->>7)::int);
  UPDATE ledger SET value = number || ' ' || digest WHERE name = 'head';
  UPDATE ledger SET value = newest WHERE name = 'newest_date' AND value < newest;
  RETURN digest;
END $$;
