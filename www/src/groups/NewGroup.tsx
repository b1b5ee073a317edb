import { useState } from 'preact/hooks';
import { call } from '../api';
import { putGroup } from './groups';
import type { Group } from '../types';
import { Dialog } from '../ui/Dialog';
import { Field } from '../ui/Field';
import { useBusy } from '../ui/busy';
import { words } from '../words';

export function NewGroup(props: { onClose: () => void; onMade: (group: Group) => void }) {
  const [name, setName] = useState('');
  const [visibility, setVisibility] = useState<Group['visibility']>('private');
  const { busy, error, run } = useBusy();
  const choice = (value: Group['visibility'], label: string, hint: string) => (
    <div class="choice">
      <label>
        <input type="radio" name="visibility" value={value} aria-describedby={`hint-${value}`} checked={visibility === value} onChange={() => setVisibility(value)} />
        {label}
      </label>
      <p class="hint" id={`hint-${value}`}>{hint}</p>
    </div>
  );
  return (
    <Dialog title={words.newGroup} onClose={props.onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void run(async () => {
            const group = await call<Group>('POST', '/groups', { name: name.trim(), visibility });
            putGroup(group);
            props.onMade(group);
          });
        }}
      >
        <Field label={words.name} name="name" value={name} onInput={setName} required maxLength={80} autofocus />
        <fieldset class="choices">
          {choice('public', words.public, words.publicHint)}
          {choice('private', words.private, words.privateHint)}
        </fieldset>
        {error && <p class="error" role="alert">{error}</p>}
        <div class="buttons">
          <button type="button" onClick={props.onClose}>{words.cancel}</button>
          <button class="primary" type="submit" disabled={busy || !name.trim()}>{words.create}</button>
        </div>
      </form>
    </Dialog>
  );
}
