-- name: user_by_id
SELECT id, username, display_name, kind, admin, created_at, suspended, password_hash
FROM users WHERE id = :id AND erased_at IS NULL;

-- name: user_by_name
SELECT id, username, display_name, kind, admin, created_at, suspended, password_hash
FROM users WHERE username = :username AND erased_at IS NULL;

-- name: user_have_admin
SELECT 1 FROM users WHERE admin = 1 LIMIT 1;

-- name: user_insert
INSERT INTO users (id, username, display_name, kind, password_hash, created_at)
VALUES (:id, :username, :display_name, :kind, :password_hash, :now);

-- name: user_groups
SELECT m.group_id FROM memberships m JOIN groups g ON g.id = m.group_id
WHERE m.user_id = :user AND g.deleted_at IS NULL ORDER BY m.group_id;

-- name: user_rename
UPDATE users SET display_name = :display_name WHERE id = :id AND display_name <> :display_name;

-- name: user_set_password
UPDATE users SET password_hash = :new WHERE id = :id AND password_hash IS :old;

-- name: user_claim
UPDATE users SET username = :username, password_hash = :password_hash, kind = 'member'
WHERE id = :id AND kind = 'guest' AND erased_at IS NULL;

-- name: user_make_admin
UPDATE users SET admin = 1 WHERE id = :id AND kind = 'member';

-- name: user_erase
UPDATE users SET username = NULL, display_name = 'Deleted account', password_hash = NULL,
    admin = 0, erased_at = :now
WHERE id = :id AND erased_at IS NULL;

-- name: user_erase_bodies
UPDATE messages SET body = '', deleted = 1 WHERE author_id = :user AND deleted = 0;

-- name: user_message_seqs
SELECT seq FROM messages WHERE author_id = :user AND group_id = :group ORDER BY seq DESC LIMIT 300;
