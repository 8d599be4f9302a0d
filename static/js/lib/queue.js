/**
 * Check-ins on their way to the server: kept in the device until it has taken or refused them, sent in order, the same
 * body and the same id on each attempt, so that an answer lost on the way back doubles nothing.
 *
 * Knows no browser: `storage` is `{getItem, setItem, removeItem}`, `timers` `{set(fn, ms), clear(id)}`;
 * `send(entry)` is a promise of `{status, body}`, rejected when there is no answer;
 * `on`: `{changed(), taken(entry, body), refused(entry, error), blocked(error)}`.
 */

const WAITS_MS = [2000, 4000, 8000, 15000, 30000];
const KEPT = 100;

export function createQueue({ storage, key, send, timers, on }) {
  let entries = stored();
  let sending = false;
  let attempts = 0;
  let waitMs = 0;
  let timer = null;

  function stored() {
    try {
      const found = JSON.parse(storage.getItem(key));
      return Array.isArray(found) ? found : [];
    } catch {
      return []; // no storage here, or not ours: this page remembers by itself
    }
  }

  function store() {
    try {
      if (entries.length) {
        storage.setItem(key, JSON.stringify(entries));
      } else {
        storage.removeItem(key);
      }
    } catch {
      // full or forbidden: see above
    }
    on.changed();
  }

  function settle(entry) {
    entries = entries.filter((one) => one.check_in_id !== entry.check_in_id);
    attempts = 0;
    store();
  }

  function retryLater() {
    attempts += 1;
    waitMs = WAITS_MS[Math.min(attempts, WAITS_MS.length) - 1];
    timer = timers.set(flush, waitMs);
    on.changed();
  }

  function flush() {
    timers.clear(timer);
    if (sending || !entries.length) {
      return;
    }
    sending = true;
    waitMs = 0;
    const entry = entries[0];
    send(entry).then(
      ({ status, body }) => {
        sending = false;
        const error = body && body.error;
        if (status === 200) {
          settle(entry);
          on.taken(entry, body);
          flush();
        } else if (status === 401 || (status === 400 && error && error.code === "csrf")) {
          attempts += 1;
          on.blocked(error); // the sign-in has ended: it stays here until there is another
          on.changed();
        } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
          settle(entry);
          on.refused(entry, error || { message: "Máy chủ không nhận lần điểm danh này.", details: {} });
          flush();
        } else {
          retryLater();
        }
      },
      () => {
        sending = false;
        retryLater();
      }
    );
    on.changed();
  }

  return {
    add(entry) {
      entries = entries.concat([entry]).slice(-KEPT);
      store();
      flush();
    },
    /** Send now: the line is back, or somebody asks. */
    flush: flush,
    /** The last one waiting for that room, or null. */
    waiting: (code) => entries.filter((entry) => entry.code === code).pop() || null,
    codes: () => entries.map((entry) => entry.code),
    attempts: () => attempts,
    waitMs: () => waitMs,
  };
}
