/**
 * Measuring a line: numbered questions one after the other, each waited for only so long, and what they tell.
 *
 * Knows no browser: `ask(n, waitMs)` is a promise that is resolved by the answer to question n and rejected when none
 * has come in time; `clock` answers `nowMs()`, `timers` is `{set(fn, ms)}`. The figures are those of
 * giaoban/domain/line_tests.py; tests/cases/line_test.json holds both to them.
 */

/** A promise of the round trips in ms in the order of sending, null for a lost one; `progress(n)` after each sending. */
export function probe({ ask, clock, timers, probes, spacingMs, waitMs, progress }) {
  const trips = new Array(probes).fill(null);
  let open = probes;
  return new Promise((resolve) => {
    function settle() {
      open -= 1;
      if (open === 0) {
        resolve(trips);
      }
    }

    function send(n) {
      const sentMs = clock.nowMs();
      ask(n, waitMs).then(
        () => {
          const tookMs = Math.round(clock.nowMs() - sentMs);
          trips[n - 1] = tookMs <= waitMs ? tookMs : null;
          settle();
        },
        settle
      );
      progress(n);
      if (n < probes) {
        timers.set(() => send(n + 1), spacingMs);
      }
    }

    send(1);
  });
}

/** `{sent, lost, medianMs, worstMs, jitterMs}`; the last three are null when all were lost. Halves are rounded up. */
export function measure(trips) {
  const answered = trips.filter((took) => took !== null);
  const figures = { sent: trips.length, lost: trips.length - answered.length, medianMs: null, worstMs: null, jitterMs: null };
  if (!answered.length) {
    return figures;
  }
  const inOrder = answered.slice().sort((a, b) => a - b);
  const middle = inOrder.length >> 1;
  const steps = answered.slice(1).map((took, at) => Math.abs(took - answered[at]));
  const walked = steps.reduce((sum, step) => sum + step, 0);
  figures.medianMs = inOrder.length % 2 ? inOrder[middle] : Math.floor((inOrder[middle - 1] + inOrder[middle] + 1) / 2);
  figures.worstMs = inOrder[inOrder.length - 1];
  figures.jitterMs = steps.length ? Math.floor((2 * walked + steps.length) / (2 * steps.length)) : 0;
  return figures;
}
