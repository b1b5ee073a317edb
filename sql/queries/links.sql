-- name: link_insert
INSERT INTO links (token_hash, kind, user_id, expires_at)
VALUES (:hash, :kind, :user, :expires_at);

-- name: link_find
SELECT user_id FROM links
WHERE token_hash = :hash AND kind = :kind AND expires_at > :now;

-- name: link_take
DELETE FROM links WHERE token_hash = :hash AND kind = :kind AND expires_at > :now
RETURNING user_id;

-- name: links_delete_of_user
DELETE FROM links WHERE user_id = :user;

-- name: links_purge
DELETE FROM links WHERE expires_at <= :now;

-- name: link_set_password
UPDATE users SET password_hash = :hash WHERE id = :user AND erased_at IS NULL;
