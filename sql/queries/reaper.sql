-- name: reap_find
SELECT id FROM groups WHERE deleted_at IS NOT NULL ORDER BY deleted_at LIMIT 1;

-- name: reap_mentions
DELETE FROM mentions WHERE (group_id, user_id, seq) IN
  (SELECT group_id, user_id, seq FROM mentions WHERE group_id = :group LIMIT :count);

-- name: reap_messages
DELETE FROM messages WHERE (group_id, seq) IN
  (SELECT group_id, seq FROM messages WHERE group_id = :group ORDER BY seq LIMIT :count);

-- name: reap_events
DELETE FROM events WHERE (group_id, seq) IN
  (SELECT group_id, seq FROM events WHERE group_id = :group ORDER BY seq LIMIT :count);

-- name: reap_bans
DELETE FROM bans WHERE (group_id, user_id) IN
  (SELECT group_id, user_id FROM bans WHERE group_id = :group LIMIT :count);

-- name: reap_uses
DELETE FROM invite_uses WHERE (invite_id, used_at, user_id) IN
  (SELECT x.invite_id, x.used_at, x.user_id
   FROM invites i JOIN invite_uses x ON x.invite_id = i.id
   WHERE i.group_id = :group LIMIT :count);

-- name: reap_invites
DELETE FROM invites WHERE id IN
  (SELECT id FROM invites WHERE group_id = :group LIMIT :count);

-- name: reap_group
DELETE FROM groups WHERE id = :group AND deleted_at IS NOT NULL;
