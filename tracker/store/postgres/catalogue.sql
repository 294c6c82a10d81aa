-- The rights of a ledger on a server, its triggers, policies, functions and forms: what it is, its name, how it stands.
SELECT '数据库的连接和临时表权限', '', (SELECT string_agg(DISTINCT (CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) || ':' || privilege_type, ',')
    FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee <> datdba)
  FROM pg_database WHERE datname = current_database()
UNION ALL
SELECT '大对象的权限', oid::regprocedure::text, (SELECT string_agg(DISTINCT (CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) || ':' || privilege_type, ',')
    FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee <> proowner)
  FROM pg_proc WHERE oid IN ('lo_creat(integer)'::regprocedure, 'lo_create(oid)'::regprocedure, 'lo_from_bytea(oid, bytea)'::regprocedure)
UNION ALL
SELECT '模式的权限', nspname, (SELECT string_agg(DISTINCT (CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) || ':' || privilege_type, ',')
    FROM aclexplode(nspacl) WHERE grantee <> nspowner)
  FROM pg_namespace WHERE nspname = 'public'
UNION ALL
SELECT '表的权限', relname, (SELECT string_agg(DISTINCT (CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) || ':' || privilege_type, ',')
    FROM aclexplode(relacl) WHERE grantee <> relowner)
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')
UNION ALL
SELECT '列的权限', attrelid::regclass || '.' || attname, (SELECT string_agg(DISTINCT (CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) || ':' || privilege_type, ',')
    FROM aclexplode(attacl) WHERE grantee <> 0)
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
  WHERE relnamespace = 'public'::regnamespace AND attacl IS NOT NULL AND attacl <> '{}'
UNION ALL
SELECT '行级安全', relname, relrowsecurity::text || relforcerowsecurity::text
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
UNION ALL
SELECT '表的所有者', relname, relowner::regrole::text
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
UNION ALL
SELECT '策略', tablename || '.' || policyname, concat_ws(' ', permissive, roles::text, cmd, qual, with_check)
  FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT '触发器', tgrelid::regclass || '.' || tgname, tgenabled::text || pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
UNION ALL
SELECT '规则', tablename || '.' || rulename, definition FROM pg_rules WHERE schemaname = 'public'
UNION ALL
SELECT '视图', viewname, definition FROM pg_views WHERE schemaname = 'public'
UNION ALL
SELECT '函数', oid::regprocedure::text, concat_ws(' ', pg_get_functiondef(oid), proowner::regrole::text, (proacl IS NULL)::text,
    (SELECT string_agg(DISTINCT (CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) || ':' || privilege_type, ',')
    FROM aclexplode(proacl) WHERE grantee <> proowner))
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
UNION ALL
SELECT '角色', r.rolname, concat_ws(' ', r.rolcanlogin::text, r.rolsuper::text, r.rolcreaterole::text, r.rolbypassrls::text,
    pg_has_role(r.oid, (SELECT oid FROM pg_roles WHERE rolname = 'tracker_reader'), 'MEMBER')::text)
  FROM pg_roles r WHERE r.rolname IN ('tracker_reader', 'tracker_reporter', 'tracker_coordinator')
UNION ALL
SELECT '约束', conrelid::regclass || '.' || conname, replace(pg_get_constraintdef(oid), ' NOT VALID', '')
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conname LIKE '%\_form'
