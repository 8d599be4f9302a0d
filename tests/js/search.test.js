import assert from "node:assert/strict";
import { test } from "node:test";

import { folded } from "../../static/js/lib/search.js";
import { sharedCases } from "./read_cases.js";

for (const { text, folded: expected } of sharedCases("search").cases) {
  test("search: " + text, () => {
    assert.equal(folded(text), expected);
    assert.equal(folded(text.normalize("NFD")), expected);
  });
}
