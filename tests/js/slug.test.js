import assert from "node:assert/strict";
import { test } from "node:test";

import { slugOf } from "../../static/js/lib/slug.js";
import { sharedCases } from "./read_cases.js";

for (const { title, slug } of sharedCases("slugs")) {
  test("short name: " + title, () => {
    assert.equal(slugOf(title), slug);
    assert.equal(slugOf(title.normalize("NFD")), slug);
  });
}
