import { test } from "node:test";
import assert from "node:assert/strict";
import { createChangedRooms } from "../../static/js/lib/changed_rooms.js";

test("changed rooms: each is asked for once, however often it moves", () => {
  const changed = createChangedRooms(10);
  changed.heard(["a", "b"]);
  changed.heard(["b"]);
  assert.deepEqual(changed.ask(), ["a", "b"]);
  changed.answered();
  assert.deepEqual(changed.ask(), []);
});

test("changed rooms: what moves while an answer is under way is asked for after it", () => {
  const changed = createChangedRooms(10);
  changed.heard(["a"]);
  changed.ask();
  changed.heard(["a"]);
  changed.answered();
  assert.deepEqual(changed.ask(), ["a"]);
});

test("changed rooms: an answer that never came is asked for again with what is new", () => {
  const changed = createChangedRooms(10);
  changed.heard(["a"]);
  changed.ask();
  changed.heard(["b"]);
  assert.deepEqual(changed.ask(), ["a", "b"]);
});

test("changed rooms: after a gap everything is asked for, until it has come", () => {
  const changed = createChangedRooms(10);
  changed.heard(null);
  assert.equal(changed.ask(), null);
  changed.heard(["a"]);
  assert.equal(changed.ask(), null);
  changed.answered();
  changed.heard(["b"]);
  assert.deepEqual(changed.ask(), ["b"]);
});

test("changed rooms: so many that the whole is hardly more are asked for as a whole", () => {
  const changed = createChangedRooms(2);
  changed.heard(["a", "b"]);
  assert.deepEqual(changed.ask(), ["a", "b"]);
  changed.heard(["c"]);
  assert.equal(changed.ask(), null);
});
