-- The columns of groups_load, groups_directory and groups_mine are the same, in one order.

-- name: group_load
SELECT g.id, g.name, g.description, g.visibility, g.kind, g.slow_mode_seconds, g.archived,
       g.members_can_invite, g.created_at, g.member_count, g.head,
       m.role, m.joined_at, m.read_seq, m.notify, m.muted_until,
       (SELECT count(*) FROM (SELECT 1 FROM messages x
          WHERE x.group_id = m.group_id AND x.seq > m.read_seq
            AND x.author_id <> m.user_id AND x.deleted = 0 LIMIT 100) AS counted),
       (SELECT count(*) FROM (SELECT 1 FROM mentions n
          WHERE n.group_id = m.group_id AND n.user_id = m.user_id
            AND n.seq > m.read_seq LIMIT 100) AS counted)
FROM groups g LEFT JOIN memberships m ON m.group_id = g.id AND m.user_id = :user
WHERE g.id = :group AND g.deleted_at IS NULL;

-- The first comparison of the cursor is what the index can seek by.
-- name: groups_directory
SELECT g.id, g.name, g.description, g.visibility, g.kind, g.slow_mode_seconds, g.archived,
       g.members_can_invite, g.created_at, g.member_count, g.head,
       m.role, m.joined_at, m.read_seq, m.notify, m.muted_until,
       (SELECT count(*) FROM (SELECT 1 FROM messages x
          WHERE x.group_id = m.group_id AND x.seq > m.read_seq
            AND x.author_id <> m.user_id AND x.deleted = 0 LIMIT 100) AS counted),
       (SELECT count(*) FROM (SELECT 1 FROM mentions n
          WHERE n.group_id = m.group_id AND n.user_id = m.user_id
            AND n.seq > m.read_seq LIMIT 100) AS counted)
FROM groups g LEFT JOIN memberships m ON m.group_id = g.id AND m.user_id = :user
WHERE g.visibility = 'public' AND g.deleted_at IS NULL
  AND g.member_count <= :key
  AND (g.member_count < :key OR g.name > :name OR (g.name = :name AND g.id > :id))
  AND (:pattern IS NULL OR g.name LIKE :pattern ESCAPE '!'
       OR g.description LIKE :pattern ESCAPE '!')
ORDER BY g.member_count DESC, g.name, g.id LIMIT :limit;

-- Recent: the last message, or one's own joining if that was later. The counts are made
-- for the rows of the page only.
-- name: groups_mine
WITH places AS MATERIALIZED (
  SELECT i.group_id, i.joined_at,
         (SELECT x.created_at FROM messages x WHERE x.group_id = i.group_id
          ORDER BY x.seq DESC LIMIT 1) AS last_at
  FROM memberships i WHERE i.user_id = :user),
recents AS MATERIALIZED (
  SELECT group_id, CASE WHEN last_at > joined_at THEN last_at ELSE joined_at END AS recent
  FROM places),
page AS MATERIALIZED (
  SELECT group_id, recent FROM recents
  WHERE recent < :key OR (recent = :key AND group_id < :id)
  ORDER BY recent DESC, group_id DESC LIMIT :limit)
SELECT g.id, g.name, g.description, g.visibility, g.kind, g.slow_mode_seconds, g.archived,
       g.members_can_invite, g.created_at, g.member_count, g.head,
       m.role, m.joined_at, m.read_seq, m.notify, m.muted_until,
       (SELECT count(*) FROM (SELECT 1 FROM messages x
          WHERE x.group_id = m.group_id AND x.seq > m.read_seq
            AND x.author_id <> m.user_id AND x.deleted = 0 LIMIT 100) AS counted),
       (SELECT count(*) FROM (SELECT 1 FROM mentions n
          WHERE n.group_id = m.group_id AND n.user_id = m.user_id
            AND n.seq > m.read_seq LIMIT 100) AS counted),
       page.recent
FROM page
CROSS JOIN groups g ON g.id = page.group_id AND g.deleted_at IS NULL
CROSS JOIN memberships m ON m.group_id = page.group_id AND m.user_id = :user
ORDER BY page.recent DESC, page.group_id DESC;

-- name: group_insert
INSERT INTO groups (id, name, description, visibility, kind, created_at)
VALUES (:id, :name, :description, :visibility, :kind, :now);

-- name: group_patch
UPDATE groups SET name = :name, description = :description, visibility = :visibility,
  kind = :kind, slow_mode_seconds = :slow_mode_seconds, archived = :archived,
  members_can_invite = :members_can_invite
WHERE id = :group;

-- name: group_count_members
UPDATE groups SET member_count = member_count + :change WHERE id = :group;

-- name: group_mark_deleted
UPDATE groups SET deleted_at = :now, member_count = 0
WHERE id = :group AND deleted_at IS NULL;

-- name: group_members
SELECT user_id FROM memberships WHERE group_id = :group;

-- name: group_empty
DELETE FROM memberships WHERE group_id = :group;
