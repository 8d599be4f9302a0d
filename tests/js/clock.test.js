import assert from "node:assert/strict";
import { test } from "node:test";

import { createServerClock } from "../../static/js/lib/clock.js";

const SERVER_EPOCH_MS = 1637886600000;

/** A world with a true time; the local clock counts from zero, the server's from an epoch. */
function world() {
  let trueMs = 0;
  let sleptMs = 0;
  let serverStepMs = 0;
  const clock = createServerClock(() => trueMs - sleptMs);
  return {
    clock: clock,
    advance: (ms) => (trueMs += ms),
    /** The machine sleeps: time passes, its monotonic clock stands still. */
    sleep: (ms) => {
      trueMs += ms;
      sleptMs += ms;
    },
    stepServer: (ms) => (serverStepMs += ms),
    serverMs: () => SERVER_EPOCH_MS + trueMs + serverStepMs,
    ask(thereMs, backMs) {
      const sent = clock.localMs();
      trueMs += thereMs;
      const answer = this.serverMs();
      trueMs += backMs;
      clock.addSample(sent, clock.localMs(), answer);
    },
    errorMs() {
      return clock.nowMs() - this.serverMs();
    },
  };
}

test("a line as slow there as back gives the server's time exactly", () => {
  const here = world();

  here.ask(40, 40);

  assert.equal(here.errorMs(), 0);
});

test("the error of one sample is at most half the round trip", () => {
  const here = world();

  here.ask(300, 0);

  assert.equal(Math.abs(here.errorMs()), 150);
  assert.ok(here.clock.doubtMs() >= 150);
});

test("the fastest round trip of the window decides", () => {
  const here = world();

  here.ask(500, 20);
  here.ask(4, 4);
  here.advance(20000);
  here.ask(700, 10);

  assert.equal(here.errorMs(), 0);
});

test("a machine that slept is set right by its first sample, however good the ones before were", () => {
  const here = world();
  here.ask(2, 2);

  here.sleep(3600000);
  here.ask(60, 60);

  assert.equal(here.errorMs(), 0);
});

test("a server whose clock was corrected is followed at once", () => {
  const here = world();
  here.ask(2, 2);

  here.stepServer(-30000);
  here.ask(10, 10);

  assert.equal(here.errorMs(), 0);
});

test("an old sample loses its worth as the clocks may have drifted", () => {
  const here = world();
  here.ask(3, 3);
  here.advance(600000);

  here.ask(5, 5);

  assert.ok(here.clock.doubtMs() < 6);
});

test("before the first sample the doubt is without bound", () => {
  const clock = createServerClock(() => 0);

  assert.equal(clock.synced(), false);
  assert.equal(clock.doubtMs(), Infinity);
});

test("the machine's own clock is never read", () => {
  const RealDate = globalThis.Date;
  globalThis.Date = class {
    constructor() {
      throw new Error("Date was asked");
    }
    static now() {
      throw new Error("Date was asked");
    }
  };
  try {
    const here = world();
    here.ask(5, 5);
    assert.equal(here.errorMs(), 0);
  } finally {
    globalThis.Date = RealDate;
  }
});
