-- What the tables of a schema ({schema}) are made of: what it is, its name, how it stands.
SELECT '列', table_name || '.' || column_name,
    concat_ws(' ', data_type, is_nullable, replace(column_default, '{schema}.', ''))
  FROM information_schema.columns JOIN pg_tables ON tablename = table_name AND schemaname = table_schema
  WHERE table_schema = '{schema}'
UNION ALL
SELECT '约束', c.relname || '.' || conname, replace(replace(pg_get_constraintdef(k.oid), '{schema}.', ''), ' NOT VALID', '')
  FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid WHERE connamespace = '{schema}'::regnamespace
    AND conname NOT LIKE '%\_form' -- among the rights, since these are put right with them
    AND contype <> 'n' -- NOT NULL stands with the column; from 18 on it has a name, which a renamed column keeps
UNION ALL
SELECT '索引', indexname, replace(indexdef, '{schema}.', '') FROM pg_indexes WHERE schemaname = '{schema}'
