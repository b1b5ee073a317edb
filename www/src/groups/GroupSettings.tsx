// Name and description, leaving, deleting: what one's role allows.
import { useState } from 'preact/hooks';
import { call } from '../api';
import { dropGroup, putGroup } from './groups';
import { go } from '../route';
import type { Group } from '../types';
import { Dialog } from '../ui/Dialog';
import { Field } from '../ui/Field';
import { useBusy } from '../ui/busy';
import { words } from '../words';

export function GroupSettings({ group, onClose }: { group: Group; onClose: () => void }) {
  const [name, setName] = useState(group.name ?? '');
  const [description, setDescription] = useState(group.description);
  const { busy, error, run } = useBusy();
  const base = `/groups/${group.id}`;
  const role = group.me?.role ?? 'member';
  const save = () =>
    run(async () => {
      putGroup(await call<Group>('PATCH', base, { name: name.trim(), description: description.trim() }));
      onClose();
    });
  const end = (question: string, path: string) => {
    if (!confirm(question)) return;
    void run(async () => {
      await call('DELETE', path);
      go('/', true);
      dropGroup(group.id);
    });
  };
  return (
    <Dialog title={words.settings} onClose={onClose}>
      {role !== 'member' && group.kind !== 'direct' && (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            void save();
          }}
        >
          <Field label={words.name} name="name" value={name} onInput={setName} required maxLength={80} />
          <Field label={words.description} name="description" value={description} onInput={setDescription} maxLength={500} hint={words.optional} />
          <div class="buttons">
            <button class="primary" type="submit" disabled={busy || !name.trim()}>{words.save}</button>
          </div>
        </form>
      )}
      {error && <p class="error" role="alert">{error}</p>}
      <div class="ends">
        <button type="button" disabled={busy} onClick={() => end(words.sureLeave, `${base}/members/me`)}>{words.leave}</button>
        {role === 'owner' && (
          <button type="button" class="danger" disabled={busy} onClick={() => end(words.sureDelete, base)}>{words.deleteGroup}</button>
        )}
      </div>
    </Dialog>
  );
}
