import assert from "node:assert/strict";
import { test } from "node:test";

import { newId } from "../../static/js/lib/ids.js";

test("ids are UUIDs of version 4, each another", () => {
  const ids = Array.from({ length: 100 }, newId);

  ids.forEach((id) => assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
  assert.equal(new Set(ids).size, ids.length);
});
