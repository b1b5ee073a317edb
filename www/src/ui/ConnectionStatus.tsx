// Silent for two seconds, a pill to ten, then a banner.
import { useEffect, useState } from 'preact/hooks';
import { degraded, lostAt, retryNow } from '../connection';
import { words } from '../words';

export function ConnectionStatus() {
  const [now, setNow] = useState(Date.now());
  const lost = lostAt.value;
  useEffect(() => {
    if (lost === null) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [lost]);
  const gone = lost === null ? 0 : now - lost;
  const level = gone > 10000 ? 'banner' : gone > 2000 ? 'pill' : degraded.value ? 'pill' : '';
  return (
    <div role="status" class={`connection ${level}`}>
      {gone > 10000 ? (
        <>
          <span>{words.offline}</span>
          <button type="button" onClick={retryNow}>{words.retryNow}</button>
        </>
      ) : gone > 2000 ? (
        words.connecting
      ) : degraded.value ? (
        words.degraded
      ) : (
        ''
      )}
    </div>
  );
}
