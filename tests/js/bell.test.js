import assert from "node:assert/strict";
import { test } from "node:test";

import { createBell } from "../../static/js/lib/bell.js";

const MINUTE_MS = 60000;
const LIVE = { item_id: "7", started_at_ms: 0, paused_at_ms: null, paused_total_ms: 0, planned_ms: 10 * MINUTE_MS, added_ms: 0 };

/** What rings at each of those seconds left (negative: over), looked at four times a second in between. */
function run(bell, live, kind, fromS, toS) {
  const heard = [];
  const totalMs = live.planned_ms + live.added_ms + live.paused_total_ms;
  for (let leftMs = fromS * 1000; leftMs >= toS * 1000; leftMs -= 250) {
    const rings = bell.tick(live, kind, live.started_at_ms + totalMs - leftMs);
    if (rings) {
      heard.push(rings + " " + leftMs / 1000);
    }
  }
  return heard;
}

test("a whole part rings three times, each time once", () => {
  assert.deepEqual(run(createBell(), LIVE, "paper", 600, -300), ["warning 120", "danger 30", "over 0"]);
});

for (const kind of ["break", "discussion"]) {
  test("nobody is asked to conclude during a " + kind, () => {
    assert.deepEqual(run(createBell(), LIVE, kind, 600, -10), ["warning 120", "over 0"]);
  });
}

test("the first look at a part never rings, however late the page is loaded", () => {
  assert.deepEqual(run(createBell(), LIVE, "paper", 119, 31), []);
  assert.deepEqual(run(createBell(), LIVE, "paper", 120, 110), []);
  assert.deepEqual(run(createBell(), LIVE, "paper", -5, -20), []);
});

test("nothing on: nothing rings, and the next part begins anew", () => {
  const bell = createBell();
  run(bell, LIVE, "paper", 600, -5);
  assert.equal(bell.tick(null, "", 700000), null);
  const next = { ...LIVE, item_id: "8", started_at_ms: 800000 };
  assert.deepEqual(run(bell, next, "paper", 600, 100), ["warning 120"]);
});

test("a part that starts with less than a threshold does not call it out", () => {
  assert.deepEqual(run(createBell(), { ...LIVE, planned_ms: MINUTE_MS }, "paper", 60, 20), ["danger 30"]);
});

test("a pause is silent, and what comes after it rings once", () => {
  const bell = createBell();
  run(bell, LIVE, "paper", 200, 121);
  const paused = { ...LIVE, paused_at_ms: 479000 };
  for (let nowMs = 479000; nowMs < 900000; nowMs += 1000) {
    assert.equal(bell.tick(paused, "paper", nowMs), null);
  }
  const resumed = { ...LIVE, paused_total_ms: 421000 };
  assert.deepEqual(run(bell, resumed, "paper", 121, 100), ["warning 120"]);
});

test("an added minute is silent and the two minutes that are left again ring again", () => {
  const bell = createBell();
  run(bell, LIVE, "paper", 130, 110);
  const longer = { ...LIVE, added_ms: MINUTE_MS };
  assert.equal(bell.tick(longer, "paper", 490000), null);
  assert.deepEqual(run(bell, longer, "paper", 169, 100), ["warning 120"]);
});

test("a minute added by mistake and taken back at once rings nothing a second time", () => {
  const bell = createBell();
  run(bell, LIVE, "paper", 130, 110);
  assert.equal(bell.tick({ ...LIVE, added_ms: MINUTE_MS }, "paper", 490250), null);
  assert.equal(bell.tick(LIVE, "paper", 490500), null);
  assert.deepEqual(run(bell, LIVE, "paper", 109, 20), ["danger 30"]);
});

test("time that is taken away rings for where the part stands now, once", () => {
  const bell = createBell();
  run(bell, LIVE, "paper", 200, 150);
  const shorter = { ...LIVE, added_ms: -2 * MINUTE_MS - 10000 };
  assert.equal(bell.tick(shorter, "paper", 450000), "danger");
  assert.equal(bell.tick(shorter, "paper", 450250), null);
});

test("a screen that slept rings for nothing that is past", () => {
  const bell = createBell();
  run(bell, LIVE, "paper", 600, 300);
  assert.equal(bell.tick(LIVE, "paper", 500000), null);
  assert.deepEqual(run(bell, LIVE, "paper", 99, 20), ["danger 30"]);
});

test("the same part begun anew rings anew", () => {
  const bell = createBell();
  run(bell, LIVE, "paper", 600, 100);
  assert.deepEqual(run(bell, { ...LIVE, started_at_ms: 5000000 }, "paper", 600, 100), ["warning 120"]);
});
