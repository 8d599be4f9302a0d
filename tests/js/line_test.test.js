import assert from "node:assert/strict";
import { test } from "node:test";

import { measure, probe } from "../../static/js/lib/line_test.js";
import { sharedCases } from "./read_cases.js";

for (const { name, trips, figures } of sharedCases("line_test")) {
  test(`figures: ${name}`, () => assert.deepEqual(measure(trips), figures));
}

/** Made-up time: questions are answered, or given up, when the test moves it. */
function line(tookMs) {
  let nowMs = 1000;
  const timers = [];
  const here = { asked: [], progress: [] };
  const set = (fn, ms) => timers.push({ at: nowMs + ms, fn });
  here.result = probe({
    ask(n, waitMs) {
      here.asked.push([n, nowMs]);
      return new Promise((resolve, reject) => {
        const took = tookMs[n - 1];
        if (took === null) {
          set(reject, waitMs);
        } else {
          set(resolve, took);
        }
      });
    },
    clock: { nowMs: () => nowMs },
    timers: { set },
    probes: tookMs.length,
    spacingMs: 200,
    waitMs: 2000,
    progress: (n) => here.progress.push(n),
  });
  here.run = async () => {
    while (timers.length) {
      timers.sort((a, b) => a.at - b.at);
      const next = timers.shift();
      nowMs = next.at;
      next.fn();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return here.result;
  };
  return here;
}

test("questions go out evenly, whatever the answers take", async () => {
  const here = line([1500, 20, 30]);
  assert.deepEqual(await here.run(), [1500, 20, 30]);
  assert.deepEqual(here.asked, [[1, 1000], [2, 1200], [3, 1400]]);
  assert.deepEqual(here.progress, [1, 2, 3]);
});

test("one without an answer is lost, and the others are not", async () => {
  assert.deepEqual(await line([10, null, 30]).run(), [10, null, 30]);
});

test("an answer that comes too late is lost too", async () => {
  assert.deepEqual(await line([2001, 2000]).run(), [null, 2000]);
});

test("a line that is dead loses all", async () => {
  assert.deepEqual(await line([null, null, null]).run(), [null, null, null]);
});
