import assert from "node:assert/strict";
import { test } from "node:test";

import { createQueue } from "../../static/js/lib/queue.js";

/** A page with a storage, made-up time and a server whose answers the test gives one by one. */
function page(storage = memory(), more = {}) {
  const here = { sent: [], answers: [], taken: [], refused: [], blocked: 0, elsewhere: 0, timers: new Map() };
  let nextId = 1;
  here.storage = storage;
  here.queue = createQueue({
    storage: storage,
    prefix: "k:",
    lock: more.lock || ((work) => work()),
    now: more.now || (() => 1000),
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
      elsewhere: () => (here.elsewhere += 1),
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
    get length() {
      return kept.size;
    },
    key: (i) => [...kept.keys()][i],
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
  assert.equal(here.storage.length, 0);
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
  assert.deepEqual(here.queue.waiting("06010"), one);
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

test("what the server refuses is told, and the next one goes", async () => {
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

    assert.deepEqual(here.queue.waiting("06010"), one);
    assert.equal(here.timers.size, 1);
  });
}

test("when the sign-in has ended it waits for another, without asking again and again", async () => {
  const here = page();

  here.queue.add(one);
  await here.answer("resolve", { status: 401, body: { error: { code: "unauthorized" } } });

  assert.equal(here.blocked, 1);
  assert.equal(here.queue.attempts(), 1, "it is not on its way, it waits");
  assert.deepEqual(here.queue.waiting("06010"), one);
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

test("a device without storage remembers as long as the page is open, and says so", async () => {
  for (const storage of [null, full(memory())]) {
    const here = page(storage);

    here.queue.add(one);
    await here.answer("reject", new Error("no network"));

    assert.deepEqual(here.queue.waiting("06010"), one);
    assert.equal(here.queue.unkept(), true);

    here.ring();
    await here.answer("resolve", { status: 200, body: {} });
    assert.equal(here.queue.waiting("06010"), null);
    assert.equal(here.queue.unkept(), false);
  }
});

/** A storage that reads and takes nothing. */
function full(storage) {
  return Object.defineProperty(storage, "setItem", {
    value() {
      throw new Error("QuotaExceededError");
    },
  });
}

test("a full storage that has room again keeps what comes then", async () => {
  const storage = memory();
  const setItem = storage.setItem;
  const here = page(full(storage));
  here.queue.add(one);
  Object.defineProperty(storage, "setItem", { value: setItem });

  here.queue.add(two);

  assert.equal(page(storage).queue.waiting("06010").check_in_id, "two");
  assert.equal(here.queue.unkept(), true, "the first is still only in the page");
  assert.deepEqual(here.queue.codes(), ["06010", "06010"]);
});

test("what is in the storage but none of ours is left aside", () => {
  const storage = memory();
  for (const text of ["{not json", "null", "[]", "{}", '{"entry":{}}', "3"]) {
    storage.setItem("k:" + text, text);
  }
  storage.setItem("another", JSON.stringify({ entry: one }));

  assert.deepEqual(page(storage).queue.codes(), []);
});

const closed = { code: "invalid_transition", message: "Đã khóa.", details: {} };

test("a refusal outlives the page and is not sent by itself", async () => {
  const before = page();
  before.queue.add(one);
  await before.answer("resolve", { status: 409, body: { error: closed } });

  const after = page(before.storage);
  after.queue.flush();

  assert.deepEqual(after.sent, []);
  assert.equal(after.queue.waiting("06010"), null);
  assert.deepEqual(after.queue.refusals(), [{ entry: one, refused: closed }]);
});

test("what was refused can be sent again, the same, or put away", async () => {
  const here = page();
  here.queue.add(one);
  await here.answer("resolve", { status: 409, body: { error: closed } });

  here.queue.again("one");
  assert.deepEqual(here.sent, [one, one]);
  await here.answer("resolve", { status: 409, body: { error: closed } });
  here.queue.dismiss("one");

  assert.deepEqual(here.queue.refusals(), []);
  assert.equal(here.storage.length, 0);
});

test("an id that the server knows with another content is sent again under a new one", async () => {
  const here = page();
  here.queue.add(one);
  await here.answer("resolve", { status: 422, body: { error: { code: "check_in_id_reused", message: "", details: {} } } });

  here.queue.again("one");

  assert.notEqual(here.sent[1].check_in_id, "one");
  assert.deepEqual({ ...here.sent[1], check_in_id: "one" }, one);
  assert.equal(here.storage.length, 1);
});

test("a later check-in that was taken clears what was refused of the same room", async () => {
  const here = page();
  const other = { ...one, code: "06013", check_in_id: "other" };
  for (const entry of [one, other]) {
    here.queue.add(entry);
    await here.answer("resolve", { status: 409, body: { error: closed } });
  }

  here.queue.add(two);
  await here.answer("resolve", { status: 200, body: {} });

  assert.deepEqual(
    here.queue.refusals().map((refusal) => refusal.entry.check_in_id),
    ["other"]
  );
});

test("a press by a clock that is an hour ahead goes at the time that it was", async () => {
  const HOUR_MS = 3600000;
  const here = page(memory(), { now: () => 5000 + HOUR_MS });
  here.queue.add({ ...one, happened_at_ms: 2000 + HOUR_MS });
  const ahead = { code: "invalid_input", message: "Sai giờ.", details: { field: "happened_at_ms", server_now_ms: 5000 } };

  await here.answer("resolve", { status: 422, body: { error: ahead } });

  assert.equal(here.sent[1].happened_at_ms, 2000);
  assert.equal(here.sent[1].check_in_id, "one");
  assert.deepEqual(here.refused, []);
});

test("a press that lies ahead of a clock which is right by now goes as of now", async () => {
  const here = page(memory(), { now: () => 5000 });
  here.queue.add({ ...one, happened_at_ms: 900000 });
  const ahead = { code: "invalid_input", message: "Sai giờ.", details: { field: "happened_at_ms", server_now_ms: 5000 } };

  await here.answer("resolve", { status: 422, body: { error: ahead } });

  assert.equal(here.sent[1].happened_at_ms, 5000);
});

/** What navigator.locks does between the tabs of one browser. */
function oneAtATime() {
  let held = false;
  return (work) => {
    if (held) {
      return Promise.resolve(null);
    }
    held = true;
    return work().finally(() => (held = false));
  };
}

test("of two tabs one sends, and the other hears of it", async () => {
  const storage = memory();
  const lock = oneAtATime();
  const [first, second] = [page(storage, { lock }), page(storage, { lock })];

  first.queue.add(one);
  second.queue.heard("k:one");
  second.queue.flush();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([first.sent.length, second.sent.length], [1, 0]);
  assert.deepEqual(second.queue.waiting("06010"), one);

  await first.answer("resolve", { status: 200, body: {} });
  second.queue.heard("k:one");

  assert.equal(second.elsewhere, 1);
  assert.equal(second.queue.waiting("06010"), null);
});

test("what a tab left behind when it was closed, another sends", async () => {
  const storage = memory();
  const [first, second] = [page(storage), page(storage)];
  first.queue.add(one);
  second.queue.heard("k:one");

  second.ring(); // and the first never answers

  assert.deepEqual(second.sent, [one]);
});

test("two tabs do not lose one another's", () => {
  const storage = memory();
  const [first, second] = [page(storage), page(storage)];

  first.queue.add(one);
  second.queue.add(two);

  assert.deepEqual(page(storage).queue.codes(), ["06010", "06010"]);
});

test("a tab that comes to the lock when all has been sent asks what was said", async () => {
  const storage = memory();
  const here = page(storage, {
    lock(work) {
      storage.removeItem("k:one"); // the other tab has just been told
      return work();
    },
  });

  here.queue.add(one);
  await new Promise((resolve) => setImmediate(resolve));

  assert.deepEqual(here.sent, []);
  assert.equal(here.elsewhere, 1);
});

test("a lock that fails loses nothing", async () => {
  const here = page(memory(), { lock: () => Promise.reject(new Error("no such lock")) });

  here.queue.add(one);
  await new Promise((resolve) => setImmediate(resolve));

  assert.deepEqual(here.queue.waiting("06010"), one);
  assert.equal(here.timers.size, 1);
});
