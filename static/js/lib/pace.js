/**
 * However often something is wanted, it is done at most once in `everyMs`; whatever is wanted is done. Pure, no DOM.
 *
 *   const soon = createPace({ everyMs, nowMs(), timers: { set(fn, ms), clear(id) }, act() });
 *   soon()          // now, or as soon as the last time is long enough ago
 *   soon(5000)      // within five seconds, together with whatever is wanted before
 */
export function createPace({ everyMs, nowMs, timers, act }) {
  let timer = null;
  let dueAtMs = Infinity;
  let actedAtMs = -Infinity;

  return function soon(withinMs) {
    const atMs = Math.max(nowMs() + (withinMs || 0), actedAtMs + everyMs);
    if (atMs >= dueAtMs) {
      return;
    }
    timers.clear(timer);
    dueAtMs = atMs;
    timer = timers.set(() => {
      dueAtMs = Infinity;
      actedAtMs = nowMs();
      act();
    }, atMs - nowMs());
  };
}
