-- name: event_next_seq
UPDATE groups SET head = head + 1 WHERE id = :group AND deleted_at IS NULL RETURNING head;

-- name: event_insert
INSERT INTO events (group_id, seq, type, actor_id, created_at, message_seq, user_id, data, drop_user)
VALUES (:group, :seq, :type, :actor, :now, :message_seq, :user, :data, :drop);

-- name: events_after
SELECT e.seq, e.type, e.actor_id, a.display_name, e.created_at, e.data, e.drop_user,
       s.id, s.username, s.display_name, s.kind, s.admin, s.created_at,
       m.seq, m.author_id, u.display_name, u.kind, m.body, m.client_id, m.reply_to,
       m.created_at, m.edited_at, m.deleted
FROM events e
JOIN users a ON a.id = e.actor_id
LEFT JOIN users s ON s.id = e.user_id
LEFT JOIN messages m ON m.group_id = e.group_id AND m.seq = e.message_seq
LEFT JOIN users u ON u.id = m.author_id
WHERE e.group_id = :group AND e.seq > :after
ORDER BY e.seq LIMIT :count;

-- name: event_head
SELECT head, deleted_at FROM groups WHERE id = :group;
