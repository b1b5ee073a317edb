// My newest live link, made if there is none.
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, textOf } from '../api';
import { me } from '../session';
import type { Invite } from '../types';
import { Dialog } from '../ui/Dialog';
import { dateOf, words } from '../words';

const madeByMe = (i: Invite) =>
  (typeof i.created_by === 'string' ? i.created_by : i.created_by.id) === me.value?.id;

async function liveInvite(group: string): Promise<Invite> {
  const page = await call<{ items: Invite[] }>('GET', `/groups/${group}/invites?limit=100`);
  const mine = page.items
    .filter((i) => i.state === 'active' && madeByMe(i))
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return mine[0] ?? (await call<Invite>('POST', `/groups/${group}/invites`, {}));
}

export function InviteDialog({ group, onClose }: { group: string; onClose: () => void }) {
  const [invite, setInvite] = useState<Invite | null>(null);
  const [error, setError] = useState('');
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    liveInvite(group).then(setInvite, (e) => setError(textOf(e)));
  }, [group]);
  const copy = async () => {
    field.current!.select();
    try {
      await navigator.clipboard.writeText(invite!.url);
    } catch {
      document.execCommand('copy'); // no clipboard without https
    }
    setCopied(true);
  };
  const revoke = () =>
    call('DELETE', `/groups/${group}/invites/${invite!.id}`).then(onClose, (e) => setError(textOf(e)));
  return (
    <Dialog title={words.invite} onClose={onClose}>
      <p class="lead">{words.inviteLead} {invite && (invite.expires_at ? words.worksUntil(dateOf(invite.expires_at)) : words.worksAlways)}</p>
      {invite && (
        <div class="copy-row">
          <input ref={field} class="link" aria-label={words.inviteLink} readOnly value={invite.url} onFocus={(e) => e.currentTarget.select()} />
          <button type="button" class="primary" onClick={() => void copy()}>{words.copy}</button>
        </div>
      )}
      <p class="hint" aria-live="polite">{copied ? words.copied : ''}</p>
      {error && <p class="error" role="alert">{error}</p>}
      {invite && (
        <div class="buttons">
          <button type="button" onClick={() => void revoke()}>{words.revoke}</button>
        </div>
      )}
    </Dialog>
  );
}
