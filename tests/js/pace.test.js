import { test } from "node:test";
import assert from "node:assert/strict";
import { createPace } from "../../static/js/lib/pace.js";

/** A clock that is turned by hand, with what is to be done at its times. */
function handClock() {
  let nowMs = 0;
  let ids = 0;
  const due = new Map();
  return {
    nowMs: () => nowMs,
    timers: {
      set(fn, ms) {
        ids += 1;
        due.set(ids, { atMs: nowMs + ms, fn });
        return ids;
      },
      clear: (id) => due.delete(id),
    },
    turnTo(atMs) {
      for (;;) {
        const next = [...due].filter(([, each]) => each.atMs <= atMs).sort((a, b) => a[1].atMs - b[1].atMs)[0];
        if (!next) {
          break;
        }
        due.delete(next[0]);
        nowMs = Math.max(nowMs, next[1].atMs);
        next[1].fn();
      }
      nowMs = atMs;
    },
  };
}

function paced() {
  const clock = handClock();
  const acts = [];
  const soon = createPace({ everyMs: 500, nowMs: clock.nowMs, timers: clock.timers, act: () => acts.push(clock.nowMs()) });
  return { clock, acts, soon };
}

test("pace: a storm is followed twice a second, and its last drop too", () => {
  const { clock, acts, soon } = paced();
  for (let atMs = 0; atMs <= 9990; atMs += 10) {
    clock.turnTo(atMs);
    soon();
  }
  clock.turnTo(11000);

  acts.slice(1).forEach((atMs, index) => assert.ok(atMs - acts[index] >= 500));
  assert.ok(acts[acts.length - 1] >= 9990);
  assert.ok(acts.length <= 21);
});

test("pace: what comes alone is done at once", () => {
  const { clock, acts, soon } = paced();
  clock.turnTo(1000);
  soon();
  clock.turnTo(1000);
  assert.deepEqual(acts, [1000]);
});

test("pace: what may wait comes along with what may not", () => {
  const { clock, acts, soon } = paced();
  soon(5000);
  clock.turnTo(100);
  soon();
  clock.turnTo(20000);
  assert.deepEqual(acts, [100]);
});
