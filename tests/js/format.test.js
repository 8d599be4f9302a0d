import assert from "node:assert/strict";
import { test } from "node:test";

import {
  begunSecond,
  clockFormatter,
  kindLabel,
  minutesText,
  roundedText,
  signedMinutes,
  slipText,
  waitText,
  wholeMinutes,
} from "../../static/js/lib/format.js";
import { sharedCases } from "./read_cases.js";

test("a time of day is that of the conference's zone", () => {
  const atMs = Date.UTC(2021, 10, 26, 0, 30);

  assert.equal(clockFormatter("Asia/Ho_Chi_Minh")(atMs), "07:30");
  assert.equal(clockFormatter("UTC")(atMs), "00:30");
});

test("midnight is 00:00, not 24:00", () => {
  assert.equal(clockFormatter("UTC")(Date.UTC(2021, 10, 26)), "00:00");
});

test("no instant, no time", () => {
  assert.equal(clockFormatter("UTC")(null), "");
});

for (const one of sharedCases("lengths").lengths) {
  test("a length of " + one.ms + " ms in words", () => {
    assert.equal(minutesText(one.ms), one.words);
    assert.equal(roundedText(one.ms), one.rounded);
  });
}

for (const one of sharedCases("lengths").slips) {
  test("a slip of " + one.ms + " ms in words", () => {
    assert.equal(wholeMinutes(one.ms) + 0, one.minutes); // −0 counts as 0
    assert.equal(signedMinutes(one.ms), one.signed);
    assert.equal(slipText(one.ms), one.slip);
  });
}

test("every kind of item has its word", () => {
  for (const [kind, word] of Object.entries(sharedCases("stage").kinds)) {
    assert.equal(kindLabel(kind), word);
  }
});

test("a begun second of what is expected counts, a whole one stays", () => {
  assert.equal(begunSecond(1001), 2000);
  assert.equal(begunSecond(2000), 2000);
  assert.equal(begunSecond(null), null);
});

test("a wait is told in whole minutes", () => {
  assert.equal(waitText(36 * 60000 + 10000), "khoảng 36 phút");
  assert.equal(waitText(20000), "dưới 1 phút");
});
