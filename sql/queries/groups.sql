-- The columns of groups_load, groups_directory and groups_mine are the same, in one order.

-- name: group_load
SELECT g.id, g.name, g.description, g.visibility, g.kind, g.slow_mode_seconds, g.archived,
       g.members_can_invite, g.created_at, g.member_count, g.head,
       m.role, m.joined_at, m.read_seq, m.notify, m.muted_until,
       (SELECT count(*) FROM (SELECT 1 FROM messages x
          WHERE x.group_id = m.group_id AND x.seq > m.read_seq
            AND x.author_id <> m.user_id AND x.deleted = 0 LIMIT 100) AS unread),
       (SELECT count(*) FROM (SELECT 1 FROM mentions n
          WHERE n.group_id = m.group_id AND n.user_id = m.user_id
            AND n.seq > m.read_seq LIMIT 100) AS mentions)
FROM groups g LEFT JOIN memberships m ON m.group_id = g.id AND m.user_id = :user
WHERE g.id = :group AND g.deleted_at IS NULL;

-- The first comparison of the cursor is what the index can seek by.
-- name: groups_directory
SELECT g.id, g.name, g.description, g.visibility, g.kind, g.slow_mode_seconds, g.archived,
       g.members_can_invite, g.created_at, g.member_count, g.head,
       m.role, m.joined_at, m.read_seq, m.notify, m.muted_until,
       (SELECT count(*) FROM (SELECT 1 FROM messages x
          WHERE x.group_id = m.group_id AND x.seq > m.read_seq
            AND x.author_id <> m.user_id AND x.deleted = 0 LIMIT 100) AS unread),
       (SELECT count(*) FROM (SELECT 1 FROM mentions n
          WHERE n.group_id = m.group_id AND n.user_id = m.user_id
            AND n.seq > m.read_seq LIMIT 100) AS mentions)
FROM groups g LEFT JOIN memberships m ON m.group_id = g.id AND m.user_id = :user
WHERE g.visibility = 'public' AND g.deleted_at IS NULL
  AND g.member_count <= :key
  AND (g.member_count < :key OR g.name > :name OR (g.name = :name AND g.id > :id))
  AND (:pattern IS NULL OR g.name LIKE :pattern ESCAPE '\'
       OR g.description LIKE :pattern ESCAPE '\')
ORDER BY g.member_count DESC, g.name, g.id LIMIT :limit;

-- Recent: the last message, or one's own joining if that was later. The counts are made
-- for the rows of the page only.
-- name: groups_mine
SELECT g.id, g.name, g.description, g.visibility, g.kind, g.slow_mode_seconds, g.archived,
       g.members_can_invite, g.created_at, g.member_count, g.head,
       m.role, m.joined_at, m.read_seq, m.notify, m.muted_until,
       (SELECT count(*) FROM (SELECT 1 FROM messages x
          WHERE x.group_id = m.group_id AND x.seq > m.read_seq
            AND x.author_id <> m.user_id AND x.deleted = 0 LIMIT 100) AS unread),
       (SELECT count(*) FROM (SELECT 1 FROM mentions n
          WHERE n.group_id = m.group_id AND n.user_id = m.user_id
            AND n.seq > m.read_seq LIMIT 100) AS mentions),
       page.recent
FROM (SELECT mine.group_id, mine.recent
      FROM (SELECT j.group_id,
                   CASE WHEN last_at > j.joined_at THEN last_at ELSE j.joined_at END AS recent
            FROM (SELECT i.group_id, i.joined_at,
                         (SELECT x.created_at FROM messages x WHERE x.group_id = i.group_id
                          ORDER BY x.seq DESC LIMIT 1) AS last_at
                  FROM memberships i WHERE i.user_id = :user) AS j) AS mine
      WHERE mine.recent < :key OR (mine.recent = :key AND mine.group_id < :id)
      ORDER BY mine.recent DESC, mine.group_id DESC LIMIT :limit) AS page
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
