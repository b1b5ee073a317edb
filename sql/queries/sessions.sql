-- name: session_authenticate
SELECT s.id, s.user_id, s.group_id, s.expires_at, s.used_at, u.kind, u.admin, u.display_name
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.token_hash = :hash AND s.expires_at > :now
  AND u.suspended = 0 AND u.erased_at IS NULL;

-- name: session_load
SELECT s.id, s.user_id, s.group_id, s.expires_at, s.used_at, u.kind, u.admin, u.display_name
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = :session AND s.user_id = :user AND s.expires_at > :now
  AND u.suspended = 0 AND u.erased_at IS NULL;

-- name: session_stands
SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = :session AND s.user_id = :user AND s.expires_at > :now
  AND u.suspended = 0 AND u.erased_at IS NULL;

-- name: session_insert
INSERT INTO sessions (id, token_hash, user_id, kind, label, created_at, used_at, expires_at)
VALUES (:id, :hash, :user, 'session', :label, :now, :now, :expires);

-- An API token keeps the expiry it was made with.
-- name: session_touch
UPDATE sessions
SET used_at = :now, expires_at = CASE kind WHEN 'session' THEN :expires ELSE expires_at END
WHERE id = :session AND used_at < :cut AND expires_at > :now;

-- name: session_delete
DELETE FROM sessions WHERE id = :session AND user_id = :user AND kind = 'session';

-- name: sessions_of_user
SELECT id, kind FROM sessions WHERE user_id = :user;

-- name: sessions_delete_all
DELETE FROM sessions WHERE user_id = :user;

-- name: sessions_purge
DELETE FROM sessions WHERE id IN
  (SELECT id FROM sessions WHERE expires_at <= :now ORDER BY expires_at LIMIT :count);

-- name: sessions_list
SELECT id, label, created_at, used_at, expires_at FROM sessions
WHERE user_id = :user AND kind = 'session' AND expires_at > :now
  AND (created_at < :before OR (created_at = :before AND id < :before_id))
ORDER BY created_at DESC, id DESC LIMIT :limit;
