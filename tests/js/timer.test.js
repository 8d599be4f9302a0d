import assert from "node:assert/strict";
import { test } from "node:test";

import { barFraction, forecast, formatRemaining, remainingMs, timeState } from "../../static/js/lib/timer.js";
import { sharedCases } from "./read_cases.js";

const cases = sharedCases("timer");

for (const one of cases.clock) {
  test("clock: " + one.name, () => {
    assert.equal(remainingMs(one.live, one.now_ms), one.remaining_ms);
    assert.equal(timeState(one.live, one.kind, one.now_ms), one.state);
    assert.equal(formatRemaining(one.remaining_ms), one.text);
    assert.ok(Math.abs(barFraction(one.live, one.now_ms) - one.bar) < 1e-6);
  });
}

for (const one of cases.forecast) {
  test("forecast: " + one.name, () => {
    const order = {
      items: one.items,
      live: one.live,
      starts_at_ms: one.starts_at_ms,
      forecast: { planned_end_at_ms: one.planned_end_at_ms },
    };

    assert.deepEqual(forecast(order, one.now_ms), one.expected);
  });
}

test("the figure never skips or repeats a second while it counts through zero", () => {
  const live = { started_at_ms: 0, paused_at_ms: null, paused_total_ms: 0, planned_ms: 3000, added_ms: 0 };
  const shown = [];

  for (let nowMs = 500; nowMs <= 5500; nowMs += 1000) {
    shown.push(formatRemaining(remainingMs(live, nowMs)));
  }

  assert.deepEqual(shown, ["00:03", "00:02", "00:01", "+00:00", "+00:01", "+00:02"]);
});
