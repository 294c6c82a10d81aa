-- What `store.postgres.rights` takes away before it gives what is right: a statement a row.
SELECT format('DROP POLICY %I ON %I', polname, polrelid::regclass) FROM pg_policy WHERE polrelid::regclass::text = ANY ({tables})
UNION ALL
SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger
  WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY ({tables})
UNION ALL
SELECT format('DROP RULE %I ON %s', rulename, ev_class::regclass) FROM pg_rewrite
  WHERE rulename <> '_RETURN' AND ev_class::regclass::text = ANY ({tables})
UNION ALL
SELECT format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', oid::regclass) FROM pg_class
  WHERE (relrowsecurity OR relforcerowsecurity) AND oid::regclass::text = ANY ({tables})
UNION ALL
SELECT format('ALTER TABLE %s OWNER TO CURRENT_USER', oid::regclass) FROM pg_class
  WHERE oid::regclass::text = ANY ({tables}) AND NOT pg_has_role(session_user, relowner, 'MEMBER')
UNION ALL
SELECT DISTINCT format('REVOKE ALL ON %s FROM %s', oid::regclass, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
  FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner
    AND (oid::regclass::text = ANY ({tables}) OR relkind IN ('S', 'v'))
UNION ALL
SELECT DISTINCT format('REVOKE ALL (%I) ON %s FROM %s', attname, attrelid::regclass,
    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
  FROM pg_attribute, aclexplode(attacl) WHERE attrelid::regclass::text = ANY ({tables})
UNION ALL
SELECT DISTINCT format('REVOKE ALL ON FUNCTION %s FROM %s', oid::regprocedure, CASE grantee WHEN 0 THEN 'PUBLIC'
    ELSE grantee::regrole::text END)
  FROM pg_proc, aclexplode(proacl) WHERE pronamespace = 'public'::regnamespace AND grantee <> proowner
    AND (starts_with(proname, 'tracker_') OR proname = ANY (SELECT name || '_append_only' FROM unnest({tables}) AS t(name)))
UNION ALL
SELECT DISTINCT format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM %s', datname, CASE grantee WHEN 0 THEN 'PUBLIC'
    ELSE grantee::regrole::text END)
  FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = current_database() AND grantee <> datdba
UNION ALL
SELECT DISTINCT format('REVOKE CONNECT ON DATABASE %I FROM %s', datname, grantee::regrole)
  FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = current_database() AND grantee NOT IN (0, datdba)
    AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname IN ('tracker_reader', 'tracker_reporter', 'tracker_coordinator')
      AND pg_has_role(grantee, oid, 'MEMBER'))
UNION ALL
SELECT DISTINCT format('REVOKE CREATE ON SCHEMA public FROM %s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
  FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public' AND privilege_type = 'CREATE' AND grantee <> nspowner
