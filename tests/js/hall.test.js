import assert from "node:assert/strict";
import { test } from "node:test";

import { isOld, isQuiet, jsonForPage, keptNowMs, longAfter } from "../../static/js/lib/hall.js";

const SNAPSHOT = {
  version: 7,
  live: { state: "live" },
  next: [],
  message: { text: "Xin mời" },
  scene: { name: "speaker", mode: "auto" },
};

test("nobody is disturbed unless somebody speaks", () => {
  assert.equal(isQuiet("speaker", { state: "live" }), false);
  assert.equal(isQuiet("speaker", { state: "paused" }), true);
  assert.equal(isQuiet("speaker", null), true);
  assert.equal(isQuiet("break", { state: "live" }), true);
  assert.equal(isQuiet("black", null), true);
});

test("a picture counts on for an hour without the server, then its speaker has gone", () => {
  assert.equal(isOld(1000, 1000), false);
  assert.equal(isOld(1000, 3601000), false);
  assert.equal(isOld(1000, 3601001), true);
  const old = longAfter(SNAPSHOT);
  assert.deepEqual([old.live, old.message, old.scene.name, old.version], [null, null, "maket", 7]);
  assert.equal(SNAPSHOT.scene.name, "speaker");
});

test("a kept page goes by the machine's clock as far off as that was, and never back behind its keeping", () => {
  const kept = { at_ms: 5000000, offset_ms: -3600000 };
  assert.equal(keptNowMs(kept, 8700000), 5100000);
  assert.equal(keptNowMs(kept, 8000000), 5000000);
});

test("facts cannot end the script that holds them", () => {
  const text = jsonForPage({ title: "</script><b>" });
  assert.ok(!text.includes("<"));
  assert.deepEqual(JSON.parse(text), { title: "</script><b>" });
});
