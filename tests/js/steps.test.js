import { test } from "node:test";
import assert from "node:assert/strict";
import { nearest } from "../../static/js/lib/steps.js";

// Columns of cells 100 wide and 20 high; a heading of 30 stands above each column's cells.
const cell = (column, row) => ({ x: column * 104, y: 30 + row * 21, w: 100, h: 20 });
const BOXES = [cell(0, 0), cell(0, 1), cell(0, 4), cell(1, 0), cell(1, 1), cell(1, 2), cell(3, 3)];
const step = (from, key) => nearest(BOXES, from, key);

test("steps: down a column, over the heading of the group below, and no further than its end", () => {
  assert.equal(step(0, "ArrowDown"), 1);
  assert.equal(step(1, "ArrowDown"), 2);
  assert.equal(step(2, "ArrowDown"), -1);
  assert.equal(step(2, "ArrowUp"), 1);
});

test("steps: to the side it is the cell beside, or the nearest to it where the next column is shorter", () => {
  assert.equal(step(1, "ArrowRight"), 4);
  assert.equal(step(2, "ArrowRight"), 5);
  assert.equal(step(4, "ArrowLeft"), 1);
  assert.equal(step(0, "ArrowLeft"), -1);
});

test("steps: over columns in which nothing is shown", () => {
  assert.equal(step(5, "ArrowRight"), 6);
  assert.equal(step(6, "ArrowLeft"), 5);
});
