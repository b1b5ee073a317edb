-- name: message_insert
INSERT INTO messages (group_id, seq, author_id, body, client_id, reply_to, created_at)
VALUES (:group, :seq, :author, :body, :client_id, :reply_to, :now);

-- name: message_get
SELECT m.seq, m.author_id, u.display_name, u.kind, m.body, m.client_id, m.reply_to,
       m.created_at, m.edited_at, m.deleted
FROM messages m JOIN users u ON u.id = m.author_id
WHERE m.group_id = :group AND m.seq = :seq;

-- name: message_by_client_id
SELECT m.seq, m.author_id, u.display_name, u.kind, m.body, m.client_id, m.reply_to,
       m.created_at, m.edited_at, m.deleted
FROM messages m JOIN users u ON u.id = m.author_id
WHERE m.group_id = :group AND m.author_id = :author AND m.client_id = :client_id;

-- name: messages_before
SELECT m.seq, m.author_id, u.display_name, u.kind, m.body, m.client_id, m.reply_to,
       m.created_at, m.edited_at, m.deleted
FROM messages m JOIN users u ON u.id = m.author_id
WHERE m.group_id = :group AND m.seq < :before
ORDER BY m.seq DESC LIMIT :count;

-- name: messages_after
SELECT m.seq, m.author_id, u.display_name, u.kind, m.body, m.client_id, m.reply_to,
       m.created_at, m.edited_at, m.deleted
FROM messages m JOIN users u ON u.id = m.author_id
WHERE m.group_id = :group AND m.seq > :after
ORDER BY m.seq LIMIT :count;

-- name: message_posted
UPDATE memberships SET read_seq = :seq, posted_at = :now
WHERE group_id = :group AND user_id = :user;

-- name: message_last_posted
SELECT posted_at FROM memberships WHERE group_id = :group AND user_id = :user;

-- name: mention_find
SELECT u.id FROM users u JOIN memberships m ON m.user_id = u.id AND m.group_id = :group
WHERE u.username = :username;

-- name: mention_insert
INSERT INTO mentions (group_id, user_id, seq) VALUES (:group, :user, :seq)
ON CONFLICT DO NOTHING;

-- name: mention_everybody
SELECT user_id FROM memberships WHERE group_id = :group;

-- name: read_move
UPDATE memberships SET read_seq = :seq
WHERE group_id = :group AND user_id = :user AND read_seq < :seq;

-- Exact to 99, then 100.
-- name: read_count_unread
SELECT COUNT(*) FROM (
  SELECT 1 FROM messages
  WHERE group_id = :group AND seq > :read_seq AND author_id <> :user AND deleted = 0
  LIMIT 100);

-- name: read_count_mentions
SELECT COUNT(*) FROM (
  SELECT 1 FROM mentions WHERE group_id = :group AND user_id = :user AND seq > :read_seq
  LIMIT 100);
