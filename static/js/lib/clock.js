/**
 * The server's time on a machine whose own clock cannot be trusted.
 *
 * Each sample is one question to the server: when it was sent and answered on the local monotonic clock, and what the
 * server's clock said in between. The true offset lies within half a round trip of the middle, so the sample with the
 * smallest doubt is used. `Date` is never read: setting the machine's clock, before or during the conference, moves
 * nothing.
 */

/** How far two clocks may drift apart: 100 µs a second is worse than any quartz. */
const DRIFT = 1e-4;
const KEPT = 24;
const KEPT_DOUBT_MS = 7200000;

/**
 * `monotonic` answers milliseconds that only ever grow, `performance.now` by default.
 *
 * Answers `{addSample, nowMs, doubtMs, synced}`.
 */
export function createServerClock(monotonic) {
  const local = monotonic || (() => performance.now());
  let samples = [];
  let best = null;

  function doubtOf(sample, atLocalMs) {
    return sample.half_trip_ms + Math.abs(atLocalMs - sample.at_local_ms) * DRIFT;
  }

  /**
   * One round trip. When the new answer contradicts an older sample beyond both doubts, one of the clocks stood still
   * or was set in between (a laptop that slept, a server whose time was corrected): what was learned before is void.
   */
  function addSample(sentLocalMs, receivedLocalMs, serverNowMs) {
    const sample = {
      at_local_ms: receivedLocalMs,
      half_trip_ms: Math.max(0, receivedLocalMs - sentLocalMs) / 2,
      offset_ms: serverNowMs - (sentLocalMs + receivedLocalMs) / 2,
    };
    // Whole milliseconds on the server's side: half a millisecond of doubt each.
    samples = samples.filter(
      (old) => Math.abs(old.offset_ms - sample.offset_ms) <= doubtOf(old, receivedLocalMs) + sample.half_trip_ms + 1
    );
    samples.push(sample);
    samples = samples.slice(-KEPT);
    best = samples.reduce((a, b) => (doubtOf(b, receivedLocalMs) < doubtOf(a, receivedLocalMs) ? b : a));
  }

  return {
    addSample: addSample,
    /** The server's time now, in whole milliseconds since the epoch. */
    nowMs: () => Math.round(local() + (best ? best.offset_ms : 0)),
    /** How far `nowMs` may be off; Infinity before the first sample. */
    doubtMs: () => (best ? doubtOf(best, local()) : Infinity),
    synced: () => best !== null,
    /** The local monotonic time, for the caller's own stamps. */
    localMs: local,
  };
}

/**
 * A clock that is right from the first frame: the page itself was a question to the server, asked at `requestStart`
 * and answered at `responseStart`, and it carries the time at which it was made.
 */
export function clockFromPage(pageServerNowMs) {
  const clock = createServerClock();
  const entry = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
  const asked = entry && entry.responseStart > 0 ? entry.requestStart : 0;
  const answered = entry && entry.responseStart > 0 ? entry.responseStart : performance.now();
  clock.addSample(asked, answered, pageServerNowMs);
  return clock;
}

/** A clock for a page that came out of the browser's own keeping: no better than that machine's clock, until it is told. */
export function clockFromKept(probablyNowMs) {
  const clock = createServerClock();
  const localMs = performance.now();
  clock.addSample(localMs - KEPT_DOUBT_MS, localMs, probablyNowMs - KEPT_DOUBT_MS / 2);
  return clock;
}
