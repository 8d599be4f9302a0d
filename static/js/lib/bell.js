/**
 * When a screen's bell rings: at two minutes left, at thirty seconds and at the end. Pure: no sound, no DOM, no clock.
 *
 *   const bell = createBell();
 *   bell.tick(live, kind, nowMs)     // "warning", "danger" or "over" when that has just begun, else null
 *
 * It rings for what it has seen begin, once: the first look at a part, after loading the page as well, only takes in how
 * far it is. A change of the part's time counts like the passing of time, as the new state is news to the speaker; but a
 * threshold that has rung is silent where it comes to stand at the same place again (a minute added and taken back).
 * A screen that slept through a threshold does not ring late.
 */

import { remainingMs, rungs } from "./timer.js";

const LATE_MS = 3000;

export function createBell() {
  let part = ""; // which item, and which of its starts
  let lastLeftMs = null;
  let allottedMs = null;
  let rung = new Set();

  return {
    tick(live, kind, nowMs) {
      const now = live ? live.item_id + "@" + live.started_at_ms : "";
      const leftMs = live ? remainingMs(live, nowMs) : null;
      const changed = live !== null && live.planned_ms + live.added_ms !== allottedMs;
      const before = { part: part, leftMs: lastLeftMs };
      part = now;
      lastLeftMs = leftMs;
      allottedMs = live ? live.planned_ms + live.added_ms : null;
      if (!live || before.part !== now) {
        rung = new Set();
        return null;
      }
      // A pause stands still, and what is over when it begins has rung; added time moves nothing downwards.
      const crossed = rungs(kind).filter((one) => before.leftMs > one.ms && leftMs <= one.ms);
      const last = crossed[crossed.length - 1];
      if (!last) {
        return null;
      }
      const fresh = crossed.filter((one) => !rung.has(one.state + "@" + allottedMs));
      crossed.forEach((one) => rung.add(one.state + "@" + allottedMs));
      const slept = !changed && last.ms - leftMs > LATE_MS;
      return slept || fresh.indexOf(last) < 0 ? null : last.state;
    },
  };
}
