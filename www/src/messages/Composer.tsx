// Never disabled. Enter sends, Shift+Enter makes a line; a draft for each group.
import { useEffect, useRef, useState } from 'preact/hooks';
import { post } from './outbox';
import { me } from '../session';
import { words } from '../words';

const draftKey = (group: string) => `draft:${me.value?.id ?? ''}:${group}`;
const readDraft = (group: string) => {
  try {
    return localStorage.getItem(draftKey(group)) ?? '';
  } catch {
    return '';
  }
};
const writeDraft = (group: string, text: string) => {
  try {
    if (text) localStorage.setItem(draftKey(group), text);
    else localStorage.removeItem(draftKey(group));
  } catch {
    // no store: the draft lives as long as the page
  }
};

export function Composer({ group }: { group: string }) {
  const [text, setText] = useState(() => readDraft(group));
  const area = useRef<HTMLTextAreaElement>(null);
  const touch = matchMedia('(pointer: coarse)').matches;
  useEffect(() => {
    if (!touch) area.current?.focus();
  }, [group]);
  useEffect(() => {
    const a = area.current!;
    a.style.height = 'auto';
    a.style.height = `${Math.min(a.scrollHeight + 2, innerHeight * 0.4)}px`;
  }, [text]);
  const change = (value: string) => {
    setText(value);
    writeDraft(group, value);
  };
  const send = () => {
    const now = area.current!.value;
    if (!now.trim()) return;
    post(group, now);
    change('');
    area.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(e) => {
        e.preventDefault();
        send();
      }}
    >
      <textarea
        ref={area}
        rows={1}
        dir="auto"
        aria-label={words.message}
        placeholder={words.message}
        maxLength={8000}
        enterkeyhint={touch ? 'enter' : 'send'}
        value={text}
        onInput={(e) => change(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && !e.shiftKey && !e.isComposing && e.keyCode !== 229 && !touch) {
            e.preventDefault();
            send();
          }
        }}
      />
      <button class="primary" type="submit">{words.send}</button>
    </form>
  );
}
