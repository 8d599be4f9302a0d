import assert from "node:assert/strict";
import { test } from "node:test";

import { roomNote } from "../../static/js/lib/room_words.js";
import { sharedCases } from "./read_cases.js";

for (const { name, words, note } of sharedCases("room_words")) {
  test("a room is told: " + name, () => {
    assert.equal(
      roomNote(words, (ms) => "[" + ms + "]"),
      note
    );
  });
}
