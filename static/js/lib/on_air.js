/**
 * One thing on air after another: what stands goes out before the next comes in. Pure, the caller moves the picture.
 *
 * `leave(next)` begins the way out, which takes `wayOutMs()`; `enter(thing)` brings one in, null once the picture is
 * empty. `show(thing)` may be asked as often as one likes: a thing with the `key` of the one that stands replaces it
 * unseen, and what is wanted when the way out ends comes in, whatever was wanted when it began.
 */
export function createOnAir({ timers, wayOutMs, leave, enter }) {
  let shown = null;
  let wanted = null;
  let leaving = false;

  function arrive() {
    leaving = false;
    shown = wanted;
    enter(shown);
  }

  return {
    show(thing) {
      wanted = thing;
      if (leaving) {
        return;
      }
      if (keyOf(shown) === keyOf(wanted)) {
        shown = wanted;
      } else if (shown) {
        leaving = true;
        leave(wanted);
        timers.set(arrive, wayOutMs());
      } else {
        arrive();
      }
    },
    /** What is seen, also on its way out; null for an empty picture. */
    shown: () => shown,
  };
}

/** Is it still to be seen, when it is shown for `forMs` from the start of its part? 0: as long as the part is on. */
export function inItsTime(live, forMs, nowMs) {
  return forMs === 0 || (live !== null && nowMs - live.started_at_ms < forMs);
}

function keyOf(thing) {
  return thing ? thing.key : "";
}
