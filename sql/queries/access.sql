-- name: access_load
SELECT g.visibility, g.kind, g.archived, g.members_can_invite, g.slow_mode_seconds, g.head,
       m.role, m.joined_at, m.read_seq, m.muted_until,
       EXISTS (SELECT 1 FROM bans b WHERE b.group_id = g.id AND b.user_id = :user)
FROM groups g
LEFT JOIN memberships m ON m.group_id = g.id AND m.user_id = :user
WHERE g.id = :group AND g.deleted_at IS NULL;
