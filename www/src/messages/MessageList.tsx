// The list: at most 240 rows, held in place by an anchor row, and never moved under
// somebody who reads further up.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { call } from '../api';
import { lostAt } from '../connection';
import { patchMine } from '../groups/groups';
import { me } from '../session';
import type { Author, Group, Message } from '../types';
import { words } from '../words';
import type { Log } from './log';
import { pending } from './outbox';
import { PendingRow, Row } from './Row';

const NEAR_BOTTOM = 48;
const NEAR_EDGE = 800;
const SAME_AUTHOR_MS = 5 * 60 * 1000;

interface Anchor {
  seq: number;
  top: number;
}

interface Said {
  author: Author;
  created_at: string;
}

const startsBlock = (m: Said, before: Said | undefined) =>
  !before ||
  before.author.id !== m.author.id ||
  Date.parse(m.created_at) - Date.parse(before.created_at) > SAME_AUTHOR_MS;
const startsDay = (m: Message, before: Message | undefined) =>
  !before || new Date(before.created_at).toDateString() !== new Date(m.created_at).toDateString();

export function MessageList({ group, log, target }: { group: Group; log: Log; target?: number | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const stuck = useRef(!target);
  const aim = useRef(target); // a row to bring into view once
  const anchor = useRef<Anchor | null>(null);
  const [atBottom, setAtBottom] = useState(true);
  const [unreadFrom] = useState(() => (group.me && group.me.unread > 0 ? group.me.read_seq : null));
  const { items, hasBefore, hasAfter } = log.window.value;
  const fresh = log.fresh.value;
  const mine = pending.value.filter((p) => p.group === group.id && !items.some((m) => m.client_id === p.client_id && m.author.id === me.value?.id));
  const ready = log.state.value !== 'new';

  const takeAnchor = () => {
    const b = box.current!;
    const top = b.getBoundingClientRect().top;
    let seen = 0;
    for (const row of b.querySelectorAll<HTMLElement>('[data-seq]')) {
      const r = row.getBoundingClientRect();
      if (r.bottom > top && ++seen === 2) {
        anchor.current = { seq: Number(row.dataset.seq), top: r.top };
        return;
      }
    }
    anchor.current = null;
  };

  // The end stays at the bottom, or the anchor where it was.
  const hold = () => {
    const b = box.current!;
    if (stuck.current) b.scrollTop = b.scrollHeight;
    else if (anchor.current) {
      const row = b.querySelector<HTMLElement>(`[data-seq="${anchor.current.seq}"]`);
      if (row) b.scrollTop += row.getBoundingClientRect().top - anchor.current.top;
    }
    takeAnchor();
  };

  const onScroll = () => {
    const b = box.current!;
    if (stuck.current && log.window.value.hasAfter && log.state.value === 'loading') return; // on the way down
    const bottom = b.scrollHeight - b.scrollTop - b.clientHeight <= NEAR_BOTTOM && !log.window.value.hasAfter;
    stuck.current = bottom;
    setAtBottom(bottom);
    log.follow(bottom);
    takeAnchor();
    if (b.scrollTop < NEAR_EDGE) void log.loadBefore().catch(() => undefined);
    if (b.scrollHeight - b.scrollTop - b.clientHeight < NEAR_EDGE) void log.loadAfter().catch(() => undefined);
  };

  // After every change of the rows, before they are painted.
  useLayoutEffect(() => {
    const b = box.current!;
    const row = aim.current && b.querySelector<HTMLElement>(`[data-seq="${aim.current}"]`);
    if (row) {
      aim.current = undefined;
      row.scrollIntoView({ block: 'center' });
      onScroll();
    } else hold();
  }, [items, mine.length]);

  // Own words bring one down.
  const sent = useRef(mine.length);
  useLayoutEffect(() => {
    if (mine.length > sent.current) toBottom();
    sent.current = mine.length;
  }, [mine.length]);

  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (box.current) hold();
    });
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
      log.follow(true);
    };
  }, []);

  // Fill the first screen.
  useEffect(() => {
    const b = box.current!;
    if (ready && hasBefore && b.scrollHeight < b.clientHeight + NEAR_EDGE) void log.loadBefore().catch(() => undefined);
  }, [ready, hasBefore, items.length]);

  // Read is what was seen: window in front, at the bottom.
  useEffect(() => {
    const mark = () => {
      const seq = log.head;
      if (!ready || !atBottom || document.visibilityState !== 'visible' || !document.hasFocus()) return;
      if (!group.me || (seq <= group.me.read_seq && group.me.unread === 0)) return;
      call<{ read_seq: number; unread: number; mentions: number }>('PUT', `/groups/${group.id}/read`, { seq }).then(
        (answer) => patchMine(group.id, answer),
        () => undefined,
      );
    };
    const timer = setTimeout(mark, 300);
    addEventListener('focus', mark);
    return () => {
      clearTimeout(timer);
      removeEventListener('focus', mark);
    };
  }, [items, atBottom, ready, lostAt.value === null]);

  function toBottom(): void {
    stuck.current = true;
    log.follow(true);
    if (log.window.value.hasAfter) void log.load().catch(() => undefined);
    const b = box.current!;
    b.scrollTop = b.scrollHeight;
    setAtBottom(true);
  }

  const firstUnread =
    unreadFrom === null ? undefined : items.find((m) => m.seq > unreadFrom && m.author.id !== me.value?.id)?.seq;
  const user = me.value;
  const self = user && { id: user.id, display_name: user.display_name, kind: user.kind };
  return (
    <div class="list-frame">
      <div ref={box} class="list" role="log" aria-live="off" aria-label={group.name ?? ''} tabIndex={0} onScroll={onScroll}>
        <div class="list-fill" />
        {!ready && <p class="hint center">{words.loading}</p>}
        {ready && items.length === 0 && mine.length === 0 && <p class="hint center">{words.emptyGroup}</p>}
        {items.map((m, i) => (
          <Row key={m.seq} message={m} first={startsBlock(m, items[i - 1])} day={startsDay(m, items[i - 1])} unread={m.seq === firstUnread} marked={m.seq === target} />
        ))}
        {!hasAfter && self && mine.map((p, i) => (
          <PendingRow key={p.client_id} row={p} author={self} first={startsBlock({ author: self, created_at: p.created_at }, i > 0 ? { author: self, created_at: mine[i - 1]!.created_at } : items.at(-1))} />
        ))}
      </div>
      {(fresh > 0 || (hasAfter && !stuck.current)) && (
        <button type="button" class="pill" onClick={toBottom}>{fresh > 0 ? words.newBelow(fresh) : words.latest}</button>
      )}
    </div>
  );
}
