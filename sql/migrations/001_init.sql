-- Times are milliseconds since 1970, ids random integers of 62 bits.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    username      TEXT UNIQUE,
    display_name  TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('member', 'guest', 'bot')),
    admin         INTEGER NOT NULL DEFAULT 0,
    suspended     INTEGER NOT NULL DEFAULT 0,
    password_hash TEXT,
    created_at    INTEGER NOT NULL,
    erased_at     INTEGER
) STRICT;
CREATE INDEX users_admins ON users (id) WHERE admin = 1;

-- One row a sign-in (kind session) or API token (kind token). The token itself is nowhere.
CREATE TABLE sessions (
    id         INTEGER PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    kind       TEXT NOT NULL CHECK (kind IN ('session', 'token')),
    label      TEXT,
    group_id   INTEGER,
    created_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id, created_at, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- One-time links: the first admin's, a password reset's.
CREATE TABLE links (
    token_hash BLOB PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('admin', 'reset')),
    user_id    INTEGER REFERENCES users (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- head: the seq of the group's last event.
CREATE TABLE groups (
    id                 INTEGER PRIMARY KEY,
    name               TEXT,
    description        TEXT NOT NULL DEFAULT '',
    visibility         TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
    kind               TEXT NOT NULL CHECK (kind IN ('chat', 'announcement', 'direct')),
    slow_mode_seconds  INTEGER NOT NULL DEFAULT 0,
    archived           INTEGER NOT NULL DEFAULT 0,
    members_can_invite INTEGER NOT NULL DEFAULT 0,
    created_at         INTEGER NOT NULL,
    head               INTEGER NOT NULL DEFAULT 0,
    member_count       INTEGER NOT NULL DEFAULT 0,
    deleted_at         INTEGER
) STRICT;
CREATE INDEX groups_directory ON groups (member_count DESC, name, id)
    WHERE visibility = 'public' AND deleted_at IS NULL;
CREATE INDEX groups_deleted ON groups (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE memberships (
    group_id    INTEGER NOT NULL REFERENCES groups (id),
    user_id     INTEGER NOT NULL REFERENCES users (id),
    role        TEXT NOT NULL CHECK (role IN ('member', 'admin', 'owner')),
    joined_at   INTEGER NOT NULL,
    read_seq    INTEGER NOT NULL,
    notify      TEXT NOT NULL DEFAULT 'all' CHECK (notify IN ('all', 'mentions', 'nothing')),
    muted_until INTEGER,
    posted_at   INTEGER, -- the last message, for slow mode
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_user ON memberships (user_id, group_id);
CREATE INDEX memberships_by_joining ON memberships (group_id, joined_at, user_id);
CREATE INDEX memberships_owners ON memberships (group_id) WHERE role = 'owner';

CREATE TABLE bans (
    group_id   INTEGER NOT NULL REFERENCES groups (id),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    banned_by  INTEGER NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bans_by_time ON bans (group_id, created_at, user_id);

-- The code of an invite is its id and a MAC under a key that is not in here.
CREATE TABLE invites (
    id         INTEGER PRIMARY KEY,
    group_id   INTEGER NOT NULL REFERENCES groups (id),
    label      TEXT NOT NULL DEFAULT '',
    created_by INTEGER NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    max_uses   INTEGER,
    uses       INTEGER NOT NULL DEFAULT 0,
    revoked_at INTEGER
) STRICT;
CREATE INDEX invites_by_group ON invites (group_id, created_at, id);
CREATE INDEX invites_by_maker ON invites (group_id, created_by);

CREATE TABLE invite_uses (
    invite_id INTEGER NOT NULL REFERENCES invites (id),
    used_at   INTEGER NOT NULL,
    user_id   INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (invite_id, used_at, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    group_id   INTEGER NOT NULL REFERENCES groups (id),
    seq        INTEGER NOT NULL,
    author_id  INTEGER NOT NULL REFERENCES users (id),
    body       TEXT NOT NULL,
    client_id  TEXT,
    reply_to   INTEGER,
    created_at INTEGER NOT NULL,
    edited_at  INTEGER,
    deleted    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (group_id, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX messages_by_client_id ON messages (group_id, author_id, client_id)
    WHERE client_id IS NOT NULL;
CREATE INDEX messages_by_author ON messages (author_id);

CREATE TABLE mentions (
    group_id INTEGER NOT NULL,
    user_id  INTEGER NOT NULL REFERENCES users (id),
    seq      INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id, seq)
) STRICT, WITHOUT ROWID;

-- The log. An event about a message names it and holds no body, one about a person holds
-- no name: both are read through what they are about, so that edits, deletions and new
-- names reach the past. data: finished JSON members, "name":value,…
CREATE TABLE events (
    group_id    INTEGER NOT NULL REFERENCES groups (id),
    seq         INTEGER NOT NULL,
    type        TEXT NOT NULL,
    actor_id    INTEGER NOT NULL REFERENCES users (id),
    created_at  INTEGER NOT NULL,
    message_seq INTEGER,
    user_id     INTEGER REFERENCES users (id),
    data        TEXT NOT NULL DEFAULT '',
    drop_user   INTEGER,
    PRIMARY KEY (group_id, seq)
) STRICT, WITHOUT ROWID;
