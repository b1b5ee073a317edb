import { memo } from '../ui/memo';
import { hueOf, Avatar } from '../ui/Avatar';
import type { Author, Message } from '../types';
import { dayOf, timeOf, words } from '../words';
import { retry, settle, type Pending } from './outbox';

function Head({ author, at }: { author: Author; at: string }) {
  return (
    <>
      <Avatar id={author.id} name={author.display_name} />
      <header>
        <strong class={`author hue-${hueOf(author.id)}`}>{author.display_name}</strong>
        <time dateTime={at}>{timeOf(at)}</time>
      </header>
    </>
  );
}

export const Row = memo(function Row(props: { message: Message; first: boolean; day: boolean; unread: boolean; marked: boolean }) {
  const m = props.message;
  return (
    <>
      {props.day && <div class="day"><span>{dayOf(m.created_at)}</span></div>}
      {props.unread && <div class="unread-line" role="separator" />}
      <article class={`row ${props.first ? 'first' : ''} ${props.marked ? 'marked' : ''}`} data-seq={m.seq}>
        {props.first && <Head author={m.author} at={m.created_at} />}
        {m.deleted ? <p class="body gone">{words.deleted}</p> : <p class="body" dir="auto">{m.body}</p>}
        {m.edited_at && !m.deleted && <small class="hint">({words.edited})</small>}
      </article>
    </>
  );
});

export function PendingRow({ row, author, first }: { row: Pending; author: Author; first: boolean }) {
  return (
    <article class={`row pending ${row.state} ${first ? 'first' : ''}`}>
      {first && <Head author={author} at={row.created_at} />}
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
