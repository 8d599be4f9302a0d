import assert from "node:assert/strict";
import { test } from "node:test";

import { arrived, headline } from "../../static/js/lib/tickets.js";

test("what waits and did not before has arrived", () => {
  assert.deepEqual(arrived(["a", "b"], ["b", "c", "d"]), ["c", "d"]);
  assert.deepEqual(arrived(["a"], []), []);
  assert.deepEqual(arrived([], []), []);
});

test("a ticket that is opened again has arrived again", () => {
  assert.deepEqual(arrived(arrived(["a"], []), ["a"]), ["a"]);
});

test("the title tells how many wait, and nothing when none does", () => {
  assert.equal(headline("Kỹ thuật", 3), "(3) Kỹ thuật");
  assert.equal(headline("Kỹ thuật", 0), "Kỹ thuật");
});
