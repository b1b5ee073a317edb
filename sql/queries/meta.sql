-- name: meta_get
SELECT value FROM meta WHERE name = :name;

-- name: meta_put
INSERT INTO meta (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: meta_put_once
INSERT INTO meta (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO NOTHING;

-- name: meta_schema
SELECT user_version FROM pragma_user_version;

-- name: meta_table_count
SELECT count(*) FROM sqlite_schema;
