import assert from "node:assert/strict";
import { test } from "node:test";

import { askedAbout, turnOf } from "../../static/js/lib/turn.js";

const START_MS = 1637886600000;

function item(id, over) {
  const facts = { id, kind: "paper", state: "pending", position: Number(id), planned_ms: 600000, added_ms: 0, endpoint_code: "c" + id };
  return Object.assign(facts, { started_at_ms: null, ended_at_ms: null, not_before_at_ms: null, expected_start_at_ms: START_MS }, over);
}

const first = item("1", { state: "live", started_at_ms: START_MS });
const order = {
  starts_at_ms: START_MS,
  live: { item_id: "1", started_at_ms: START_MS, paused_at_ms: null, paused_total_ms: 0, planned_ms: 600000, added_ms: 0 },
  items: [first, item("2"), item("3"), item("4")],
  forecast: { planned_end_at_ms: START_MS + 2400000 },
};
const snapshot = { phase: "live", live: Object.assign({ item: first }, order.live), next: [item("2"), item("3")] };

test("a room whose part is live is speaking", () => {
  assert.equal(turnOf("c1", snapshot, order, START_MS).phase, "speaking");
});

test("the next room waits for the rest of the live part", () => {
  const turn = turnOf("c2", snapshot, order, START_MS + 240000);

  assert.deepEqual([turn.phase, turn.at_ms, turn.before], ["next", START_MS + 600000, 0]);
});

test("while the live part runs over, the next room is expected at once", () => {
  const lateMs = START_MS + 700000;

  assert.equal(turnOf("c2", snapshot, order, lateMs).at_ms, lateMs);
});

test("a part that was pinned to a time is not expected before it", () => {
  const pinned = item("2", { not_before_at_ms: START_MS + 900000 });

  const turn = turnOf("c2", Object.assign({}, snapshot, { next: [pinned] }), order, START_MS);

  assert.equal(turn.at_ms, START_MS + 900000);
});

test("a later room is told how many parts come before its own, and when", () => {
  const turn = turnOf("c4", snapshot, order, START_MS);

  assert.deepEqual([turn.phase, turn.at_ms, turn.before], ["later", START_MS + 1800000, 2]);
});

test("a part inserted after the page was made is known from the snapshot alone", () => {
  const turn = turnOf("c3", snapshot, null, START_MS);

  assert.deepEqual([turn.phase, turn.before], ["later", 1]);
});

test("a room without a part has no turn", () => {
  assert.equal(turnOf("c9", snapshot, order, START_MS), null);
});

test("before anything has begun the first room waits for its planned start", () => {
  const idle = { phase: "idle", live: null, next: [item("1")] };

  assert.equal(turnOf("c1", idle, null, START_MS - 60000).at_ms, START_MS);
});

test("the rooms of the next two parts are asked, never the one that speaks", () => {
  assert.equal(askedAbout(["c2"], snapshot), "2@c2");
  assert.equal(askedAbout(["c1", "c2", "c3", "c4"], snapshot), "2@c2 3@c3");
  assert.equal(askedAbout(["c1", "c4"], snapshot), "");
  assert.equal(askedAbout(["c1"], Object.assign({}, snapshot, { next: [item("2", { endpoint_code: "c1" })] })), "");
});

test("a room that comes twice in a row is asked about one part, and parts without a room about none", () => {
  const next = [item("2", { endpoint_code: "c2" }), item("3", { endpoint_code: "c2" })];
  assert.equal(askedAbout(["c2"], { live: null, next }), "2@c2");
  assert.equal(askedAbout(["c2"], { live: null, next: [item("2", { endpoint_code: null }), next[1]] }), "3@c2");
  const { endpoint_code, ...bare } = next[0]; // a long snapshot leaves nulls out
  assert.equal(askedAbout([endpoint_code], { live: null, next: [bare] }), "");
});
