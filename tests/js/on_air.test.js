import assert from "node:assert/strict";
import { test } from "node:test";

import { createOnAir, inItsTime } from "../../static/js/lib/on_air.js";

function air() {
  const seen = [];
  const pending = [];
  const onAir = createOnAir({
    timers: { set: (fn, ms) => pending.push([fn, ms]) },
    wayOutMs: () => 400,
    leave: (next) => seen.push("out, then " + (next ? next.key : "nothing")),
    enter: (thing) => seen.push(thing ? "in " + thing.key : "empty"),
  });
  return { seen, pending, onAir, goneOut: () => pending.shift()[0]() };
}

test("what stands goes out before the next comes in", () => {
  const { seen, pending, onAir, goneOut } = air();
  onAir.show(null);
  onAir.show({ key: "a" });
  onAir.show({ key: "b" });
  assert.equal(onAir.shown().key, "a");
  assert.equal(pending[0][1], 400);
  goneOut();
  onAir.show(null);
  goneOut();
  assert.deepEqual(seen, ["in a", "out, then b", "in b", "out, then nothing", "empty"]);
  assert.equal(onAir.shown(), null);
});

test("the same thing with other facts stays where it is", () => {
  const { seen, onAir } = air();
  onAir.show({ key: "a", left: 1 });
  onAir.show({ key: "a", left: 2 });
  assert.deepEqual(seen, ["in a"]);
  assert.equal(onAir.shown().left, 2);
});

test("what is wanted at the end of the way out comes in, however often it changed meanwhile", () => {
  const { seen, pending, onAir, goneOut } = air();
  onAir.show({ key: "a" });
  onAir.show({ key: "b" });
  onAir.show(null);
  onAir.show({ key: "c" });
  assert.equal(pending.length, 1);
  goneOut();
  assert.deepEqual(seen, ["in a", "out, then b", "in c"]);
});

test("a picture for some seconds goes by the start of its part", () => {
  const live = { started_at_ms: 1000 };
  assert.equal(inItsTime(live, 8000, 8999), true);
  assert.equal(inItsTime(live, 8000, 9000), false);
  assert.equal(inItsTime(live, 0, 9e9), true);
  assert.equal(inItsTime(null, 0, 0), true);
  assert.equal(inItsTime(null, 8000, 0), false);
});
