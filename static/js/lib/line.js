/**
 * The line to the server: when it counts as lost, how it is found again, and which snapshot is the newest.
 *
 * Knows no browser: the socket, the probe and the timers are handed in (static/js/live.js has the real ones,
 * tests/js/line.test.js has fakes). Rules:
 * - Silence is what tells. A heartbeat (`sync_clock`, which is also the clock sample) goes out every `beatMs()`;
 *   nothing heard for `silenceMs()` means lost, whatever the socket believes of itself.
 * - A lost line is looked for with plain HTTP probes, and the socket is opened only when one was answered: browsers
 *   delay WebSockets after many failures in a row, by up to 5 seconds, just when the line is back.
 * - The first snapshot after joining is the truth, whatever its version (the server may have been restored from a
 *   backup); later ones are dropped when older.
 */

const TICK_MS = 500;
/** A reconnect faster than this is not worth a word on the screen. */
const BLINK_MS = 1000;
/** What a beat sent on waking up may take before its absence counts. */
const WAKE_MS = 2500;
/** The server has refused this page (an expired sign-in): asking again at once would change nothing. */
const REFUSED_MS = 10000;
/** Refusals that pass by themselves, such as a database that is away for a moment. */
const PASSING = ["unavailable", "internal_error"];

/**
 * `socket`: `{on, open, close, emit(name, payload, ack)}`; `probe()`: a promise, resolved when the server answers;
 * `timers`: `{set(fn, ms), clear(id), random()}`; `clock`: a server clock (clock.js);
 * `on`: `{snapshot(snapshot), line(up), connected()}`.
 */
export function createLine({ socket, probe, timers, clock, beatMs, silenceMs, on }) {
  let phase = "closed"; // closed, opening or open: what the socket says of itself
  let joined = false; // open, and the first snapshot has come
  let everJoined = false;
  let up = true; // what the screen shows
  let version = -1;
  let heardAtMs = 0;
  let beatAtMs = 0;
  let tickAtMs = 0;
  let timesBehind = 0;
  let searching = false;
  let attempt = 0;
  let retryTimer = null;
  let tickTimer = null;

  function show(nowUp) {
    if (up !== nowUp) {
      up = nowUp;
      on.line(up);
    }
  }

  function heard() {
    heardAtMs = clock.localMs();
    if (joined) {
      searching = false;
      timers.clear(retryTimer);
      const back = !up && phase === "open"; // on the same socket, which has lost nothing, but what was asked meanwhile has
      show(true);
      if (back) {
        on.connected();
      }
    }
  }

  function beat() {
    const sentMs = clock.localMs();
    beatAtMs = sentMs;
    socket.emit("sync_clock", { sent_at_ms: clock.nowMs(), seen_version: version }, (answer) => {
      if (!answer || typeof answer.server_now_ms !== "number") {
        return; // not the agreed form: no sign of life
      }
      clock.addSample(sentMs, clock.localMs(), answer.server_now_ms);
      heard();
      // Behind at two beats in a row: a snapshot was missed, and joining anew brings the present one.
      timesBehind = joined && answer.version > version ? timesBehind + 1 : 0;
      if (timesBehind >= 2) {
        timesBehind = 0;
        reopen();
      }
    });
  }

  function tick() {
    const nowMs = clock.localMs();
    if (nowMs - tickAtMs > 4 * TICK_MS) {
      wake(); // the page slept
    }
    tickAtMs = nowMs;
    if (phase === "open" && nowMs - beatAtMs >= beatMs()) {
      beat();
    }
    const patienceMs = phase === "open" || !everJoined ? silenceMs() : BLINK_MS;
    if (nowMs - heardAtMs > patienceMs) {
      show(false);
      search();
    }
    tickTimer = timers.set(tick, TICK_MS);
  }

  /** Silence while nobody listened proves nothing: ask now, and judge by the answer. */
  function wake() {
    if (phase === "open") {
      heardAtMs = Math.max(heardAtMs, clock.localMs() - silenceMs() + WAKE_MS);
      beat();
    } else if (searching) {
      attempt = 0;
      retry(0);
    }
  }

  function search() {
    if (!searching) {
      searching = true;
      attempt = 0;
      retry(timers.random() * 400);
    }
  }

  /** Short steps with jitter: back within 3 s, yet hundreds of rooms do not come in one instant. */
  function nextDelayMs() {
    attempt += 1;
    return Math.min(1500, 250 * Math.pow(1.5, attempt)) * (0.5 + timers.random() / 2);
  }

  function retry(delayMs) {
    timers.clear(retryTimer);
    if (phase === "opening") {
      return; // its own success or failure goes on from here
    }
    retryTimer = timers.set(() => {
      probe().then(
        () => searching && phase !== "opening" && reopen(),
        () => searching && retry(nextDelayMs())
      );
    }, delayMs);
  }

  function reopen() {
    drop();
    phase = "opening";
    socket.open();
  }

  function drop() {
    phase = "closed"; // first, so that the socket's own "disconnect" is not taken for a loss
    joined = false;
    socket.close();
  }

  function closed(delayMs) {
    phase = "closed";
    joined = false;
    if (searching) {
      retry(delayMs);
    } else {
      search();
    }
  }

  socket.on("connect", () => {
    phase = "open"; // and perhaps joined: the library hands on the snapshot, which comes first, before it says this
    beat();
    on.connected();
  });
  socket.on("disconnect", () => {
    if (phase === "open") {
      heardAtMs = clock.localMs(); // the server was there until now; from here the blink is counted
    }
    if (phase !== "closed") {
      closed(nextDelayMs()); // also when it went away before it had let the page join
    }
  });
  socket.on("connect_error", (error) => {
    if (phase === "opening") {
      const refusal = error && error.data && error.data.error;
      closed(refusal && !PASSING.includes(refusal.code) ? REFUSED_MS : nextDelayMs());
    }
  });
  socket.on("order_snapshot", (snapshot) => {
    if (joined && snapshot.version < version) {
      return;
    }
    joined = true;
    everJoined = true;
    version = snapshot.version;
    heard();
    on.snapshot(snapshot);
  });

  return {
    /** `seenVersion` is that of the state which the page brought along. */
    start(seenVersion) {
      version = seenVersion;
      heardAtMs = tickAtMs = clock.localMs();
      phase = "opening";
      socket.open();
      tickTimer = timers.set(tick, TICK_MS);
    },
    /** For good: nothing is asked and nothing is said any more. */
    stop() {
      timers.clear(tickTimer);
      timers.clear(retryTimer);
      searching = false; // what a probe still answers is nothing to anybody
      drop();
    },
    wake: wake,
    /** The network says that it is gone. It is sometimes wrong (a server on this very machine): ask. */
    suspect() {
      probe().catch(() => {
        drop();
        show(false);
        searching = false; // what was being opened is not any more, and would never say so
        search();
      });
    },
    up: () => up,
    connected: () => joined,
    version: () => version,
  };
}
