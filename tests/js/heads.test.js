import assert from "node:assert/strict";
import { test } from "node:test";

import { headcountOf, sumOf, totalAfter, totalOf } from "../../static/js/lib/heads.js";

test("the total follows the groups until somebody types a larger one", () => {
  assert.equal(totalAfter("", 0, 4), 4);
  assert.equal(totalAfter("4", 4, 7), 7);
  assert.equal(totalAfter("7", 7, 3), 3);
  assert.equal(totalAfter("14", 0, 4), 14);
  assert.equal(totalAfter("14", 4, 15), 15);
  assert.equal(totalAfter("mười", 0, 2), 2);
});

test("a headcount without groups is a number, as it always was", () => {
  assert.equal(headcountOf(5, {}), 5);
  assert.deepEqual(headcountOf(5, { "Khách mời khác": 2 }), { total: 5, groups: { "Khách mời khác": 2 } });
});

test("both kinds have a total, and groups a sum", () => {
  assert.equal(totalOf(5), 5);
  assert.equal(totalOf({ total: 6, groups: { a: 1 } }), 6);
  assert.equal(sumOf({ a: 1, b: 4 }), 5);
  assert.equal(sumOf({}), 0);
});
