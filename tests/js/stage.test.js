import assert from "node:assert/strict";
import { test } from "node:test";

import { heading, label, monitorNote, paperNumber, shownScene, stateNote, stateWord, texts } from "../../static/js/lib/stage.js";
import { sharedCases } from "./read_cases.js";

const cases = sharedCases("stage");

for (const one of cases.items) {
  test("stage: " + one.item.title, () => {
    assert.equal(heading(one.item), one.heading);
    assert.deepEqual(texts(one.item), one.texts);
  });
}

for (const one of cases.scenes) {
  test("scene: " + JSON.stringify(one), () => {
    const snapshot = { scene: { name: one.scene }, live: one.live ? {} : null, message: one.message ? {} : null };

    assert.equal(shownScene(snapshot), one.shown);
  });
}

for (const one of cases.numbers) {
  test("number: " + one.id + " of " + one.papers.join(","), () => {
    assert.equal(paperNumber(one.id, one.papers), one.number);
    assert.equal(label({ kind: "paper", id: one.id }, one.papers), one.label);
  });
}

test("every time state has its word", () => {
  for (const [state, word] of Object.entries(cases.time_states)) {
    assert.equal(stateWord(state), word);
  }
});

test("the note of a normal clock is the time allotted, extensions included", () => {
  assert.equal(stateNote("normal", { planned_ms: 600000, added_ms: 60000 }), "Thời lượng 11 phút");
});

test("the monitor tells the speaker how long there was, and asks for the end when it is over", () => {
  const live = { planned_ms: 600000, added_ms: 60000 };
  assert.equal(monitorNote("normal", live, "09:57"), "Thời lượng 11 phút, hết giờ lúc 09:57");
  assert.equal(monitorNote("danger", live, "09:57"), "Còn dưới 30 giây");
  assert.equal(monitorNote("over", live, "09:57"), "Đã hết 11 phút, xin kết thúc");
});
