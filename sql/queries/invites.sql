-- name: invite_load
SELECT i.id, i.group_id, i.label, i.created_at, i.expires_at, i.max_uses, i.uses, i.revoked_at,
       u.id, u.username, u.display_name, u.kind, u.admin, u.created_at
FROM invites i JOIN groups g ON g.id = i.group_id JOIN users u ON u.id = i.created_by
WHERE i.id = :id AND g.deleted_at IS NULL;

-- name: invites_list
SELECT i.id, i.group_id, i.label, i.created_at, i.expires_at, i.max_uses, i.uses, i.revoked_at,
       u.id, u.username, u.display_name, u.kind, u.admin, u.created_at
FROM invites i CROSS JOIN users u ON u.id = i.created_by
WHERE i.group_id = :group AND (i.created_at, i.id) < (:created_at, :id)
ORDER BY i.created_at DESC, i.id DESC LIMIT :limit;

-- name: invites_uses
SELECT u.id, u.username, u.display_name, u.kind, u.admin, u.created_at, x.used_at
FROM invite_uses x CROSS JOIN users u ON u.id = x.user_id
WHERE x.invite_id = :invite AND (x.used_at, x.user_id) > (:at, :user)
ORDER BY x.used_at, x.user_id LIMIT :limit;

-- name: invite_insert
INSERT INTO invites (id, group_id, label, created_by, created_at, expires_at, max_uses)
VALUES (:id, :group, :label, :created_by, :now, :expires_at, :max_uses);

-- name: invites_count_live
SELECT count(*) FROM invites
WHERE group_id = :group AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > :now)
  AND (max_uses IS NULL OR uses < max_uses);

-- name: invites_count_live_of_maker
SELECT count(*) FROM invites
WHERE group_id = :group AND created_by = :user AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > :now)
  AND (max_uses IS NULL OR uses < max_uses);

-- name: invites_revoke_of_maker
UPDATE invites SET revoked_at = :now
WHERE group_id = :group AND created_by = :user AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > :now)
  AND (max_uses IS NULL OR uses < max_uses);

-- name: invite_revoke
UPDATE invites SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL;

-- name: invite_use
UPDATE invites SET uses = uses + 1
WHERE id = :id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)
  AND (max_uses IS NULL OR uses < max_uses);

-- name: invite_use_insert
INSERT INTO invite_uses (invite_id, used_at, user_id) VALUES (:invite, :now, :user)
ON CONFLICT (invite_id, used_at, user_id) DO NOTHING;
