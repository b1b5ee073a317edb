// A step that takes a moment and can be refused: one at a time, with its error in words.
import { useState } from 'preact/hooks';
import { textOf } from '../api';

export function useBusy() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const run = async (step: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setError('');
    try {
      await step();
    } catch (e) {
      setError(textOf(e));
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}
