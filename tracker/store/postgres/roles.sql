-- The group roles, which belong to the server and are shared by its ledgers.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tracker_reader') THEN CREATE ROLE tracker_reader NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tracker_reporter') THEN CREATE ROLE tracker_reporter NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tracker_coordinator') THEN
    CREATE ROLE tracker_coordinator NOLOGIN; END IF;
  IF NOT pg_has_role('tracker_reporter', 'tracker_reader', 'MEMBER') THEN GRANT tracker_reader TO tracker_reporter; END IF;
  IF NOT pg_has_role('tracker_coordinator', 'tracker_reader', 'MEMBER') THEN
    GRANT tracker_reader TO tracker_coordinator; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- another ledger of the same server was made at the same moment
END $$;
