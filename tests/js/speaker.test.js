import assert from "node:assert/strict";
import { test } from "node:test";

import { speakerParts } from "../../static/js/lib/speaker.js";
import { sharedCases } from "./read_cases.js";

for (const one of sharedCases("speaker").cases) {
  test("speaker: " + JSON.stringify(one.text), () => {
    assert.deepEqual(speakerParts(one.text), { org: one.org, unit: one.unit, short: one.short });
  });
}
