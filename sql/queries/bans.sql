-- name: bans_list
SELECT u.id, u.username, u.display_name, u.kind, u.admin, u.created_at,
       y.id, y.username, y.display_name, y.kind, y.admin, y.created_at,
       b.created_at
FROM bans b CROSS JOIN users u ON u.id = b.user_id CROSS JOIN users y ON y.id = b.banned_by
WHERE b.group_id = :group
  AND (b.created_at < :created_at OR (b.created_at = :created_at AND b.user_id < :user))
ORDER BY b.created_at DESC, b.user_id DESC LIMIT :limit;

-- name: ban_insert
INSERT INTO bans (group_id, user_id, banned_by, created_at)
VALUES (:group, :user, :banned_by, :now)
ON CONFLICT (group_id, user_id) DO NOTHING;

-- name: ban_delete
DELETE FROM bans WHERE group_id = :group AND user_id = :user;
