import assert from "node:assert/strict";
import { test } from "node:test";

import { createQueue } from "../../static/js/lib/queue.js";

/** A page with a storage, made-up time and a server whose answers the test gives one by one. */
function page(storage = memory()) {
  const here = { sent: [], answers: [], taken: [], refused: [], blocked: 0, timers: new Map() };
  let nextId = 1;
  here.storage = storage;
  here.queue = createQueue({
    storage: storage,
    key: "k",
    send(entry) {
      here.sent.push(entry);
      return new Promise((resolve, reject) => here.answers.push({ resolve, reject }));
    },
    timers: {
      set: (fn, ms) => here.timers.set(nextId, { fn, ms }) && nextId++,
      clear: (id) => here.timers.delete(id),
    },
    on: {
      changed() {},
      taken: (entry, body) => here.taken.push([entry.check_in_id, body]),
      refused: (entry, error) => here.refused.push([entry.check_in_id, error]),
      blocked: () => (here.blocked += 1),
    },
  });
  here.answer = async (how, value) => {
    here.answers.shift()[how](value);
    await new Promise((resolve) => setImmediate(resolve));
  };
  here.ring = () => {
    const [[id, timer]] = here.timers;
    here.timers.delete(id);
    timer.fn();
    return timer.ms;
  };
  return here;
}

function memory() {
  const kept = new Map();
  return {
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

const one = { code: "06010", check_in_id: "one", status: "present", headcount: 5, reason: null, happened_at_ms: 1 };
const two = Object.assign({}, one, { check_in_id: "two", headcount: 6 });

test("a check-in is sent at once and gone when it was taken", async () => {
  const here = page();

  here.queue.add(one);
  await here.answer("resolve", { status: 200, body: { effective: {} } });

  assert.deepEqual(here.taken, [["one", { effective: {} }]]);
  assert.equal(here.queue.waiting("06010"), null);
  assert.equal(here.storage.getItem("k"), null);
});

test("without an answer the very same check-in is sent again, later and later", async () => {
  const here = page();
  const waits = [];

  here.queue.add(one);
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await here.answer("reject", new Error("no network"));
    waits.push(here.ring());
  }

  assert.deepEqual(waits, [2000, 4000, 8000, 15000, 30000, 30000]);
  assert.deepEqual(here.sent, Array(7).fill(one));
  assert.equal(here.queue.waiting("06010"), one);
});

test("what waits outlives the page", async () => {
  const before = page();
  before.queue.add(one);

  const after = page(before.storage);
  after.queue.flush();

  assert.deepEqual(after.sent, [one]);
});

test("check-ins go in the order in which they were made, one at a time", async () => {
  const here = page();

  here.queue.add(one);
  here.queue.add(two);
  assert.deepEqual(here.sent, [one]);
  await here.answer("resolve", { status: 200, body: {} });

  assert.deepEqual(here.sent, [one, two]);
  assert.equal(here.queue.waiting("06010").check_in_id, "two");
});

test("what the server refuses leaves the queue and is told", async () => {
  const here = page();
  const error = { code: "invalid_input", message: "Sai.", details: { field: "headcount" } };

  here.queue.add(one);
  here.queue.add(two);
  await here.answer("resolve", { status: 422, body: { error } });

  assert.deepEqual(here.refused, [["one", error]]);
  assert.deepEqual(here.sent, [one, two]);
});

for (const status of [408, 429, 500, 503]) {
  test("an answer " + status + " is no refusal: it stays and is tried again", async () => {
    const here = page();

    here.queue.add(one);
    await here.answer("resolve", { status, body: {} });

    assert.equal(here.queue.waiting("06010"), one);
    assert.equal(here.timers.size, 1);
  });
}

test("when the sign-in has ended it waits for another, without asking again and again", async () => {
  const here = page();

  here.queue.add(one);
  await here.answer("resolve", { status: 401, body: { error: { code: "unauthorized" } } });

  assert.equal(here.blocked, 1);
  assert.equal(here.queue.attempts(), 1, "it is not on its way, it waits");
  assert.equal(here.queue.waiting("06010"), one);
  assert.equal(here.timers.size, 0);
});

test("the return of the line sends at once and leaves no second timer", async () => {
  const here = page();

  here.queue.add(one);
  await here.answer("reject", new Error("no network"));
  here.queue.flush();

  assert.equal(here.sent.length, 2);
  assert.equal(here.timers.size, 0);
});

test("a device without storage remembers as long as the page is open", async () => {
  const here = page(null);

  here.queue.add(one);
  await here.answer("reject", new Error("no network"));

  assert.equal(here.queue.waiting("06010"), one);
});

test("what is in the storage but none of ours is left aside", () => {
  const storage = memory();
  storage.setItem("k", "{not json");

  assert.deepEqual(page(storage).queue.codes(), []);
});
