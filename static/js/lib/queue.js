/**
 * Check-ins on their way to the server: kept in the device until it has taken them or they are put away, sent in order,
 * the same body and the same id on each attempt, so that an answer lost on the way back doubles nothing.
 *
 * Each is kept under a key of its own, so that tabs of one browser neither lose nor overwrite one another's, and one of
 * them sends at a time (`lock`). What the server refuses stays, with its answer, until somebody sends it again or puts it
 * away, or a later check-in of the same room was taken.
 *
 * Knows no browser: `storage` is `{length, key(i), getItem, setItem, removeItem}` or null, `timers`
 * `{set(fn, ms), clear(id)}`, `now()` the page's idea of the server's time (ms); `send(entry)` is a promise of
 * `{status, body}`, rejected when there is no answer; `lock(work)` a promise of what `work()` promises, or of null when
 * another tab is at it; `idKey` names an entry's own id; without `keepsRefused` a
 * refusal is told once and forgotten. `on`: `{changed(), taken(entry, body), refused(entry, error), blocked(error), elsewhere()}`, the
 * last when another tab has sent something.
 */

import { newId } from "./ids.js";

const WAITS_MS = [2000, 4000, 8000, 15000, 30000];
/** Another tab is sending, or has something new: looked after, should that tab be closed meanwhile. */
const OTHERS_MS = 3000;
const UNSENT = "Máy chủ không nhận lần gửi này.";

export function createQueue({
  storage,
  prefix,
  send,
  timers,
  on,
  lock = (work) => work(),
  now = Date.now,
  idKey = "check_in_id",
  keepsRefused = true,
}) {
  const idOf = (entry) => entry[idKey];
  let unkept = []; // what the storage does not take: remembered for as long as the page is open
  let kept = []; // {entry, refused}
  let sending = false;
  let attempts = 0;
  let waitMs = 0;
  let timer = null;
  const elsewhere = on.elsewhere || (() => {});

  function reread() {
    const found = [];
    try {
      for (let i = 0; i < storage.length; i += 1) {
        const key = storage.key(i);
        const one = key.indexOf(prefix) === 0 && parsed(storage.getItem(key));
        if (one) {
          found.push(one);
        }
      }
    } catch {
      // no storage here
    }
    unkept = unkept.filter((one) => !found.some((other) => idOf(other.entry) === idOf(one.entry)));
    kept = found.concat(unkept).sort((a, b) => a.entry.happened_at_ms - b.entry.happened_at_ms);
  }

  function parsed(text) {
    try {
      const one = JSON.parse(text);
      return one && one.entry && idOf(one.entry) ? one : null;
    } catch {
      return null; // not ours
    }
  }

  function keep(one) {
    const id = idOf(one.entry);
    unkept = unkept.filter((other) => idOf(other.entry) !== id);
    try {
      storage.setItem(prefix + id, JSON.stringify(one));
    } catch {
      drop(id); // what it held of it before is not true any more
      unkept.push(one);
    }
  }

  function drop(id) {
    unkept = unkept.filter((one) => idOf(one.entry) !== id);
    try {
      storage.removeItem(prefix + id);
    } catch {
      // it was never there
    }
  }

  function change() {
    reread();
    on.changed();
  }

  const waiting = () => kept.filter((one) => !one.refused).map((one) => one.entry);
  const refusals = () => kept.filter((one) => one.refused);

  function flushIn(delayMs) {
    timers.clear(timer);
    timer = timers.set(flush, delayMs);
  }

  function flush() {
    timers.clear(timer);
    reread();
    if (sending || !waiting().length) {
      return;
    }
    sending = true;
    waitMs = 0;
    lock(sendFirst).then(
      (next) => {
        sending = false;
        if (next === null) {
          flushIn(OTHERS_MS);
        } else if (next === "go on") {
          flush();
        }
      },
      () => {
        sending = false;
        flushIn(OTHERS_MS);
      }
    );
    on.changed();
  }

  /** Sends the first one that still waits; a promise of "go on" or "stop". */
  function sendFirst() {
    reread();
    const entry = waiting()[0];
    if (!entry) {
      elsewhere(); // another tab was faster
      change();
      return Promise.resolve("stop");
    }
    return send(entry).then(
      ({ status, body }) => answered(entry, status, (body && body.error) || null, body),
      () => retryLater()
    );
  }

  function answered(entry, status, error, body) {
    if (status === 200) {
      attempts = 0;
      drop(idOf(entry));
      refusals().forEach((one) => one.entry.code === entry.code && drop(idOf(one.entry)));
      reread();
      on.taken(entry, body); // first: in between the page would have nothing to say of the room
      on.changed();
    } else if (status === 401 || (status === 400 && error && error.code === "csrf")) {
      attempts += 1;
      on.blocked(error); // the sign-in has ended: it stays here until there is another
      on.changed();
      return "stop";
    } else if (isAhead(error)) {
      keep({ entry: inTime(entry, error.details.server_now_ms) });
      change();
    } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      const told = { code: "", message: UNSENT, details: {} };
      attempts = 0;
      drop(idOf(entry));
      if (keepsRefused) {
        keep({ entry: entry, refused: Object.assign({}, told, error) });
      }
      change();
      on.refused(entry, Object.assign({}, told, error));
    } else {
      return retryLater();
    }
    return "go on";
  }

  /** The time of the press by a clock that was wrong; the server has said what time it is. Never taken, so the id stays. */
  function inTime(entry, serverNowMs) {
    const wrongByMs = Math.max(0, now() - serverNowMs);
    return Object.assign({}, entry, { happened_at_ms: Math.min(entry.happened_at_ms - wrongByMs, serverNowMs) });
  }

  function retryLater() {
    attempts += 1;
    waitMs = WAITS_MS[Math.min(attempts, WAITS_MS.length) - 1];
    flushIn(waitMs);
    on.changed();
    return "stop";
  }

  reread();
  return {
    add(entry) {
      keep({ entry: entry });
      change();
      flush();
    },
    /** Send now: the line is back, or somebody asks. */
    flush: flush,
    /** Send what was refused once more; an id that the server knows with another content is of no use again. */
    again(id) {
      const one = refusals().find((other) => idOf(other.entry) === id);
      if (one) {
        const reused = one.refused.code === "check_in_id_reused";
        drop(id);
        keep({ entry: reused ? Object.assign({}, one.entry, { [idKey]: newId() }) : one.entry });
        change();
        flush();
      }
    },
    /** Put away what was refused. */
    dismiss(id) {
      drop(id);
      change();
    },
    /** Another tab has changed the storage under that key, or under any (null). */
    heard(key) {
      if (key !== null && key.indexOf(prefix) !== 0) {
        return;
      }
      const before = waiting();
      change();
      const still = kept.map((one) => idOf(one.entry));
      if (before.some((entry) => still.indexOf(idOf(entry)) < 0)) {
        elsewhere();
      }
      if (!sending && waiting().length) {
        flushIn(OTHERS_MS);
      }
    },
    /** The last one waiting for that room, or null. */
    waiting: (code) => waiting().filter((entry) => entry.code === code).pop() || null,
    /** All that was refused: `{entry, refused: {code, message, details}}`. */
    refusals: refusals,
    codes: () => waiting().map((entry) => entry.code),
    /** Whether something waits that closing the page would lose. */
    unkept: () => unkept.length > 0,
    attempts: () => attempts,
    waitMs: () => waitMs,
  };
}

function isAhead(error) {
  const details = (error && error.details) || {};
  return details.field === "happened_at_ms" && typeof details.server_now_ms === "number";
}
