// Waiting for conditions. Nothing in the tests sleeps for a guessed time: it waits until
// something holds, and fails with words when it does not within the deadline.

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Polls check (may be async; a throw counts as "not yet") until it gives something truthy,
// and returns that.
export async function until(check, { timeout = 5000, every = 20, what = String(check) } = {}) {
  const deadline = performance.now() + timeout;
  for (let last; ; ) {
    try {
      const value = await check();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${timeout} ms: ${what} (last: ${last?.message ?? last})`);
    }
    await sleep(every);
  }
}

// The promise's value, or an error with words after timeout ms.
export async function within(timeout, promise, what = 'an answer') {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not within ${timeout} ms: ${what}`)), timeout);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Runs work(item, index) over all items, at most `width` at a time; results in order.
export async function pool(items, width, work) {
  const list = [...items];
  const results = new Array(list.length);
  let next = 0;
  const lane = async () => {
    while (next < list.length) {
      const i = next++;
      results[i] = await work(list[i], i);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, list.length) }, lane));
  return results;
}
