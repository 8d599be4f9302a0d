import assert from "node:assert/strict";
import { test } from "node:test";

import { createServerClock } from "../../static/js/lib/clock.js";
import { ASK_MS, SILENCE_MS, createPolled } from "../../static/js/lib/polled.js";

/** A page and a server in made-up time. */
function world() {
  let nowMs = 0;
  const due = [];
  const here = { asked: [], news: [], lines: [], times: [], server: () => ({ status: 304, tag: '"a"', text: "", date: 1 }) };
  const polled = createPolled({
    ask(tag, timeoutMs) {
      here.asked.push({ at: nowMs, tag });
      return new Promise((resolve, reject) => {
        const answer = here.server();
        if (answer) {
          due.push({ at: nowMs + 20, fn: () => resolve(answer) });
        } else {
          due.push({ at: nowMs + timeoutMs, fn: () => reject(new Error("no answer")) });
        }
      });
    },
    timers: { set: (fn, ms) => due.push({ at: nowMs + ms, fn }), random: () => 0.5 },
    localMs: () => nowMs,
    tag: "a",
    on: {
      news: (text) => here.news.push(text),
      line: (up) => here.lines.push([nowMs, up]),
      time: (...sample) => here.times.push(sample),
    },
  });
  here.polled = polled;
  here.pass = async (ms) => {
    const until = nowMs + ms;
    for (;;) {
      for (let turn = 0; turn < 8; turn += 1) {
        await Promise.resolve();
      }
      due.sort((a, b) => a.at - b.at);
      if (!due.length || due[0].at > until) {
        nowMs = until;
        return;
      }
      nowMs = Math.max(nowMs, due[0].at);
      due.shift().fn();
    }
  };
  polled.start();
  return here;
}

test("it asks at once, then about every two and a half seconds, with what it has", async () => {
  const here = world();
  await here.pass(10_000);
  const gaps = here.asked.slice(1).map((one, at) => one.at - here.asked[at].at);
  assert.equal(here.asked[0].at, 0);
  assert.ok(gaps.every((gap) => gap >= ASK_MS && gap <= ASK_MS * 1.1 + 250), String(gaps));
  assert.deepEqual(here.news, []);
  assert.deepEqual(here.lines, []);
  assert.equal(here.asked[1].tag, "a");
});

test("what is new is told once and asked for by its own tag from then on", async () => {
  const here = world();
  await here.pass(100);
  here.server = () => ({ status: 200, tag: '"b-br"', text: "new", date: 1 });
  await here.pass(ASK_MS + 1000);
  here.server = () => ({ status: 304, tag: '"b-br"', text: "", date: 1 });
  await here.pass(ASK_MS * 3);
  assert.deepEqual(here.news, ["new"]);
  assert.equal(here.asked[here.asked.length - 1].tag, '"b-br"');
});

for (const [name, server] of [
  ["hangs", () => null],
  ["answers 503", () => ({ status: 503, tag: "", text: "", date: 1 })],
]) {
  test("a server that " + name + " is called lost within five seconds, and found again", async () => {
    const here = world();
    await here.pass(100);
    here.server = server;
    await here.pass(20_000);
    assert.equal(here.lines.length, 1);
    assert.ok(here.lines[0][0] <= 5000, String(here.lines));
    assert.equal(here.lines[0][1], false);
    here.server = () => ({ status: 304, tag: "a", text: "", date: 1 });
    await here.pass(6000);
    assert.equal(here.lines[1][1], true);
  });
}

test("one question that fails is not worth a word", async () => {
  const here = world();
  await here.pass(100);
  here.server = () => ({ status: 502, tag: "", text: "", date: 1 });
  for (let waited = 0; here.asked.length < 2 && waited < 100; waited += 1) {
    await here.pass(100);
  }
  here.server = () => ({ status: 304, tag: "a", text: "", date: 1 });
  await here.pass(10_000);
  assert.deepEqual(here.lines, []);
  assert.ok(here.asked[2].at - here.asked[1].at < 1000);
});

test("a hidden page asks seldom and is not called lost; once looked at it asks at once", async () => {
  const here = world();
  await here.pass(100);
  here.polled.rest();
  const before = here.asked.length;
  await here.pass(60_000);
  assert.ok(here.asked.length - before <= 3);
  assert.deepEqual(here.lines, []);
  here.polled.wake();
  const seen = here.asked.length;
  await here.pass(300);
  assert.equal(here.asked.length, seen + 1);
});

test("what the browser knows of the network counts at once", async () => {
  const here = world();
  await here.pass(100);
  here.polled.lost();
  assert.deepEqual(here.lines, [[100, false]]);
});

test("dates of answers, whole seconds and out of caches, tell the clock to half a second", async () => {
  let trueMs = 1_637_886_600_400;
  const localMs = () => trueMs - 1_637_886_000_000;
  const clock = createServerClock(localMs);
  clock.addSample(localMs() - SILENCE_MS * 4, localMs(), trueMs - 12_000); // the page was old
  for (let poll = 0; poll < 20; poll += 1) {
    const sent = localMs();
    trueMs += 40;
    const date = Math.floor(trueMs / 1000) * 1000;
    trueMs += 40;
    clock.addSample(sent - 1000, localMs(), date);
    assert.ok(Math.abs(clock.nowMs() - trueMs) <= 600, String(clock.nowMs() - trueMs));
    trueMs += 3130;
  }
});
