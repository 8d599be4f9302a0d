import assert from "node:assert/strict";
import { test } from "node:test";

import { clockFormatter, kindLabel, minutesText, waitText } from "../../static/js/lib/format.js";

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

test("durations are told in minutes, and in seconds where there are some", () => {
  assert.equal(minutesText(600000), "10 phút");
  assert.equal(minutesText(90000), "1 phút 30 giây");
  assert.equal(minutesText(45000), "45 giây");
  assert.equal(minutesText(-5), "0 giây");
});

test("a wait is told in whole minutes", () => {
  assert.equal(waitText(36 * 60000 + 10000), "khoảng 36 phút");
  assert.equal(waitText(20000), "dưới 1 phút");
});
