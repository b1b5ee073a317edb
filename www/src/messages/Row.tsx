import { memo } from '../ui/memo';
import { hueOf, Avatar } from '../ui/Avatar';
import type { Message } from '../types';
import { dayOf, timeOf, words } from '../words';
import { retry, settle, type Pending } from './outbox';

export const Row = memo(function Row(props: { message: Message; first: boolean; day: boolean; unread: boolean }) {
  const m = props.message;
  return (
    <>
      {props.day && <div class="day"><span>{dayOf(m.created_at)}</span></div>}
      {props.unread && <div class="unread-line" role="separator" />}
      <article class={`row ${props.first ? 'first' : ''}`} data-seq={m.seq}>
        {props.first && <Avatar id={m.author.id} name={m.author.display_name} />}
        {props.first && (
          <header>
            <strong class={`author hue-${hueOf(m.author.id)}`}>{m.author.display_name}</strong>
            <time dateTime={m.created_at}>{timeOf(m.created_at)}</time>
          </header>
        )}
        {m.deleted ? <p class="body gone">{words.deleted}</p> : <p class="body" dir="auto">{m.body}</p>}
        {m.edited_at && !m.deleted && <small class="hint">({words.edited})</small>}
      </article>
    </>
  );
});

export function PendingRow({ row }: { row: Pending }) {
  return (
    <article class={`row pending ${row.state}`}>
      <p class="body" dir="auto">{row.body}</p>
      {row.state === 'failed' ? (
        <p class="failed-note">
          <span>{words.failed}</span>
          <button type="button" class="small" onClick={() => retry(row.client_id)}>{words.retry}</button>
          <button type="button" class="small" onClick={() => settle(row.client_id)}>{words.delete}</button>
        </p>
      ) : (
        <span class="clock" role="img" aria-label={row.state === 'queued' ? words.queued : words.sending} />
      )}
    </article>
  );
}
