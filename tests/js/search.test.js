import assert from "node:assert/strict";
import { test } from "node:test";

import { folded, searchRank } from "../../static/js/lib/search.js";
import { sharedCases } from "./read_cases.js";

const { cases, ranks } = sharedCases("search");

for (const { text, folded: expected } of cases) {
  test("search: " + text, () => {
    assert.equal(folded(text), expected);
    assert.equal(folded(text.normalize("NFD")), expected);
  });
}

for (const { unit, code, typed, rank } of ranks) {
  test(`search: ${unit}: "${typed}"`, () => {
    const key = folded(unit + ", " + code);
    assert.equal(searchRank(key, typed), rank);
    assert.equal(searchRank(key, typed.normalize("NFD")), rank);
  });
}
