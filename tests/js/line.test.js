import assert from "node:assert/strict";
import { test } from "node:test";

import { createServerClock } from "../../static/js/lib/clock.js";
import { createLine } from "../../static/js/lib/line.js";

/** A page, a line and a server in made-up time: nothing here waits for real. */
function world() {
  let nowMs = 0;
  let nextId = 1;
  const due = new Map();
  const handlers = {};
  const shown = [];
  const snapshots = [];
  const joinings = [];
  const here = {
    shown,
    snapshots,
    joinings,
    sent: [],
    opened: 0,
    serverVersion: 5,
    line_: "up", // up, dead (nothing passes, nobody is told), refused (no server), hangs, ends while joining, …
    answersJoin: true,
    refusal: {}, // what a server that answers says to a socket
  };
  const timers = {
    set: (fn, ms) => {
      due.set(nextId, { at: nowMs + ms, fn });
      return nextId++;
    },
    clear: (id) => due.delete(id),
    random: () => 0.5,
  };
  const fire = (name, value) => handlers[name] && handlers[name](value);
  const socket = {
    on: (name, handler) => (handlers[name] = handler),
    open() {
      here.opened += 1;
      timers.set(() => {
        if (here.line_ === "hangs") {
          return;
        } else if (here.line_ === "ends while joining") {
          fire("disconnect");
        } else if (here.line_ === "up") {
          here.push(here.serverVersion); // the library hands it on before it says "connect"
          fire("connect");
        } else {
          fire("connect_error", Object.assign(new Error("no"), here.refusal));
        }
      }, 20);
    },
    close: () => fire("disconnect"),
    emit(name, payload, ack) {
      here.sent.push(name);
      if (here.line_ === "up") {
        timers.set(() => ack({ ok: true, server_now_ms: 1e12 + nowMs, version: here.serverVersion }), 30);
      }
    },
  };
  here.push = (version) => fire("order_snapshot", { version });
  here.dropConnection = () => fire("disconnect");
  here.clock = createServerClock(() => nowMs);
  here.line = createLine({
    socket,
    probe: () => (["up", "answers but refuses", "ends while joining", "hangs"].includes(here.line_) ? Promise.resolve() : Promise.reject(new Error("no"))),
    timers,
    clock: here.clock,
    beatMs: () => 2000,
    silenceMs: () => 4500,
    on: { snapshot: (s) => snapshots.push(s.version), line: (up) => shown.push([nowMs, up]), connected: () => joinings.push(nowMs) },
  });
  /** Runs timers in order and lets promises settle in between. */
  here.run = async (ms) => {
    const untilMs = nowMs + ms;
    for (;;) {
      await new Promise(setImmediate);
      const next = [...due].filter(([, t]) => t.at <= untilMs).sort((a, b) => a[1].at - b[1].at)[0];
      if (!next) {
        break;
      }
      due.delete(next[0]);
      nowMs = Math.max(nowMs, next[1].at);
      next[1].fn();
    }
    nowMs = untilMs;
  };
  here.sleep = (ms) => (nowMs += ms);
  here.nowMs = () => nowMs;
  return here;
}

test("a good line shows nothing and sends one beat every two seconds, no more", async () => {
  const here = world();
  here.line.start(5);

  await here.run(60000);

  assert.deepEqual(here.shown, []);
  assert.ok(here.sent.every((name) => name === "sync_clock"));
  assert.ok(here.sent.length <= 31, String(here.sent.length));
  assert.equal(here.opened, 1);
});

test("a line that dies silently is called lost within 5 s and found again within 3 s", async () => {
  const here = world();
  here.line.start(5);
  await here.run(10100);

  here.line_ = "dead";
  const diedAtMs = here.nowMs();
  await here.run(30000);
  assert.equal(here.shown.length, 1);
  assert.equal(here.shown[0][1], false);
  assert.ok(here.shown[0][0] - diedAtMs <= 5000, String(here.shown[0][0] - diedAtMs));

  here.line_ = "up";
  const backAtMs = here.nowMs();
  await here.run(5000);
  assert.equal(here.shown[1][1], true);
  assert.ok(here.shown[1][0] - backAtMs <= 3000, String(here.shown[1][0] - backAtMs));
});

test("a server that is killed is called lost within 5 s, however long it stays away, and is found again", async () => {
  const here = world();
  here.line.start(5);
  await here.run(3000);

  here.line_ = "refused";
  here.dropConnection();
  await here.run(600000);
  const opened = here.opened;
  here.line_ = "up";
  await here.run(3000);

  assert.deepEqual(
    here.shown.map(([, up]) => up),
    [false, true]
  );
  assert.ok(here.shown[0][0] <= 8000);
  assert.equal(here.opened, opened + 1, "the socket is opened only when a probe was answered");
});

for (const [code, expected] of [
  ["unavailable", [40, 200]],
  ["unauthorized", [4, 8]],
]) {
  test(`a screen refused with ${code} asks again as soon as that can have changed`, async () => {
    const here = world();
    here.line.start(5);
    await here.run(3000);

    here.line_ = "answers but refuses";
    here.refusal = { data: { error: { code } } };
    here.dropConnection();
    const opened = here.opened;
    await here.run(60000);

    const [least, most] = expected;
    assert.ok(here.opened - opened >= least, `${here.opened - opened} times`);
    assert.ok(here.opened - opened <= most, `${here.opened - opened} times`);
  });
}

test("a server that goes away while the page joins is looked for again", async () => {
  const here = world();
  here.line.start(5);
  await here.run(3000);

  here.line_ = "ends while joining";
  here.dropConnection();
  await here.run(20000);
  assert.equal(here.line.up(), false);
  here.line_ = "up";
  await here.run(3000);

  assert.equal(here.line.connected(), true);
  assert.equal(here.line.up(), true);
});

test("a reconnect in the blink of an eye is not shown, but the page learns that it may have missed something", async () => {
  const here = world();
  here.line.start(5);
  await here.run(3000);
  assert.equal(here.joinings.length, 1);

  here.dropConnection();
  await here.run(5000);

  assert.deepEqual(here.shown, []);
  assert.equal(here.joinings.length, 2);
  assert.equal(here.line.connected(), true);
});

test("an answer that is late, but comes, brings the line back by itself", async () => {
  const here = world();
  here.line.start(5);
  await here.run(2100);
  here.line_ = "dead";
  await here.run(8000);

  assert.equal(here.joinings.length, 1);
  here.push(5);

  assert.equal(here.line.up(), true);
  assert.equal(here.joinings.length, 2); // what was asked meanwhile has failed
});

test("an older snapshot is dropped, except as the first one after joining", async () => {
  const here = world();
  here.line.start(3);
  await here.run(1000);
  here.push(7);
  here.push(6);
  assert.deepEqual(here.snapshots, [5, 7]);

  here.serverVersion = 2;
  here.dropConnection();
  await here.run(5000);

  assert.deepEqual(here.snapshots, [5, 7, 2]);
  assert.equal(here.line.version(), 2);
});

test("a missed snapshot is noticed by the beats and fetched by joining anew", async () => {
  const here = world();
  here.line.start(5);
  await here.run(3000);

  here.serverVersion = 6;
  await here.run(6000);

  assert.deepEqual(here.snapshots, [5, 6]);
  assert.deepEqual(here.shown, []);
});

test("a page that slept asks before it says that the line is lost", async () => {
  const here = world();
  here.line.start(5);
  await here.run(3000);

  here.sleep(3600000);
  await here.run(3000);

  assert.deepEqual(here.shown, []);
});

test("a network that says it is gone is believed only when the server does not answer", async () => {
  const here = world();
  here.line.start(5);
  await here.run(3000);

  here.line.suspect();
  await here.run(100);
  assert.deepEqual(here.shown, []);

  here.line_ = "dead";
  here.line.suspect();
  await here.run(100);
  assert.equal(here.line.up(), false);
});

test("a network that goes while the line is being opened anew does not end the search", async () => {
  const here = world();
  here.line.start(5);
  await here.run(3000);
  here.line_ = "hangs";
  here.dropConnection();
  await here.run(3000);

  here.line_ = "dead";
  here.line.suspect();
  await here.run(3000);
  here.line_ = "up";
  await here.run(3000);

  assert.equal(here.line.connected(), true);
});

test("a line that was ended asks nothing and says nothing any more, not even one that was being looked for", async () => {
  for (const line_ of ["up", "dead", "hangs"]) {
    const here = world();
    here.line.start(5);
    await here.run(3000);
    here.line_ = line_;
    await here.run(6000);
    const told = here.shown.length;

    here.line.stop();
    const asked = [here.sent.length, here.opened];
    here.line_ = "up";
    await here.run(20000);

    assert.deepEqual([here.sent.length, here.opened, here.shown.length], [...asked, told], line_);
  }
});
