-- name: membership_load
SELECT u.id, u.username, u.display_name, u.kind, u.admin, u.created_at,
       m.role, m.joined_at, m.muted_until
FROM memberships m JOIN users u ON u.id = m.user_id
WHERE m.group_id = :group AND m.user_id = :user;

-- name: memberships_list
SELECT u.id, u.username, u.display_name, u.kind, u.admin, u.created_at,
       m.role, m.joined_at, m.muted_until
FROM memberships m CROSS JOIN users u ON u.id = m.user_id
WHERE m.group_id = :group
  AND (m.joined_at, m.user_id) > (:joined_at, :user)
ORDER BY m.joined_at, m.user_id LIMIT :limit;

-- name: membership_insert
INSERT INTO memberships (group_id, user_id, role, joined_at, read_seq)
VALUES (:group, :user, :role, :now, :read_seq);

-- name: membership_delete
DELETE FROM memberships WHERE group_id = :group AND user_id = :user;

-- name: membership_set_role
UPDATE memberships SET role = :role WHERE group_id = :group AND user_id = :user;

-- name: membership_set_notify
UPDATE memberships SET notify = :notify WHERE group_id = :group AND user_id = :user;

-- name: membership_other_owner
SELECT 1 FROM memberships
WHERE group_id = :group AND role = 'owner' AND user_id <> :user LIMIT 1;

-- name: membership_other_member
SELECT 1 FROM memberships WHERE group_id = :group AND user_id <> :user LIMIT 1;
