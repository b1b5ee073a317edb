// The shapes of the REST interface that the client reads.
export interface User {
  id: string;
  username: string | null;
  display_name: string;
  kind: 'member' | 'guest' | 'bot';
  admin: boolean;
  created_at: string;
}

export type Role = 'owner' | 'admin' | 'member';

export interface Membership {
  role: Role;
  joined_at: string;
  read_seq: number;
  unread: number;
  mentions: number;
  notify: 'all' | 'mentions' | 'nothing';
  muted_until: string | null;
}

export interface Group {
  id: string;
  name: string | null;
  description: string;
  visibility: 'public' | 'private';
  kind: 'chat' | 'announcement' | 'direct';
  archived: boolean;
  members_can_invite: boolean;
  created_at: string;
  member_count: number;
  head: number;
  epoch: string;
  me: Membership | null;
  last_message?: Message | null;
}

export interface Author {
  id: string;
  display_name: string;
  kind: User['kind'];
}

export interface Message {
  seq: number;
  group: string;
  author: Author;
  body: string;
  client_id: string | null;
  reply_to: number | null;
  created_at: string;
  edited_at: string | null;
  deleted: boolean;
}

export interface MessagePage {
  items: Message[];
  has_before: boolean;
  has_after: boolean;
  head: number;
  epoch: string;
}

export interface Member {
  user: User;
  role: Role;
  joined_at: string;
}

export interface Invite {
  id: string;
  code: string;
  url: string;
  label: string;
  created_by: { id: string; display_name: string } | string;
  created_at: string;
  expires_at: string | null;
  max_uses: number | null;
  uses: number;
  state: 'active' | 'expired' | 'used_up' | 'revoked';
}

export interface Preview {
  group: { name: string; description: string; member_count: number };
  inviter: { display_name: string };
  expires_at: string | null;
  state: Invite['state'];
}

export interface GroupEvent {
  type: string;
  seq: number;
  group: string | Group; // group.updated bears the whole group
  at: string;
  actor: { id: string; display_name: string };
  message?: Message & { deleted?: boolean };
  user?: User;
  role?: Role;
}
