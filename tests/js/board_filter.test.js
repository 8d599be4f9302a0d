import { test } from "node:test";
import assert from "node:assert/strict";
import { filters, shows } from "../../static/js/lib/board_filter.js";
import { sharedCases } from "./read_cases.js";

for (const { name, filter, room, ...expected } of sharedCases("board_filter")) {
  test(`filter of the board: ${name}`, () => {
    assert.deepEqual({ shows: shows(filter, room), filters: filters(filter) }, expected);
  });
}
