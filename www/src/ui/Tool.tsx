// A button of a pane's head: in words where there is room, else by its sign alone.
import { words } from '../words';

const signs = {
  members: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20v-1.5a5 5 0 0 1 5-5h3a5 5 0 0 1 5 5V20M16 4.3a3.5 3.5 0 0 1 0 6.4M18.5 13.8a5 5 0 0 1 3 4.7V20',
  settings: 'M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5',
};

export function Tool(props: { name: keyof typeof signs; expanded?: boolean; onClick: () => void }) {
  return (
    <button type="button" class="tool" aria-label={words[props.name]} title={words[props.name]} aria-expanded={props.expanded} onClick={props.onClick}>
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d={signs[props.name]} /></svg>
      <span>{words[props.name]}</span>
    </button>
  );
}
