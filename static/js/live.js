/**
 * The one connection of a page to the live state: Socket.IO, namespace /live.
 *
 *   const live = connectLive({ conference, signedIn, projector, clock, seenVersion, rollCall,
 *                              on: { snapshot, line, connected, rollCall, looks, refused } });
 *
 * `clock` is a server clock (lib/clock.js) and is kept right by the heartbeat. `on.snapshot(snapshot)` gets every state
 * that is not older than the last; `on.line(up)` the loss and the return of the server; `on.connected(again)`, if given,
 * each joining, after its snapshot: `again` unless it is the first and nothing was lost before. What was told between two
 * connections the page has missed, however short that was. `on.rollCall({totals, codes})` the roll call, first when joining,
 * if `rollCall` is true; `on.looks({tone, ornament, overtime})`, where there is one, how the stage looks, first when joining.
 * With `signedIn` the page is somebody's: when that sign-in has ended it loads itself anew, and is led to where one signs
 * in; else `on.refused()`, if given, hears of a server that answers and does not let it join. With `projector` it is one,
 * and may be known by name. Nothing is sent while nothing happens but the heartbeat.
 *
 *   live.listen("endpoint_notice", handler)
 *   live.request("watch", { topics: [...] }).then(answer, error)     // no answer, or one without ok, is an error
 *   live.onPing(handler)      // the server's own sign of life, every 25 s, in a hidden page too
 *   live.close()              // for good, nothing of it stays
 *   live.up() / live.connected() / live.version()
 *   live.transport()          // "websocket" or "polling": what carries the connection now; null without one
 */

import { io } from "../vendor/socket.io.esm.min.js";
import { createLine } from "./lib/line.js";

/** Some clocks are read by the whole hall, and every page is to say within 5 s that the server is lost. */
const BEAT_MS = 2000;
/** A hidden page shows nothing that could be wrong: it only keeps its clock. */
const HIDDEN_BEAT_MS = 20000;
/** Nothing heard for this long: lost. With a beat of 2 to 2.4 s, "Mất kết nối" stands within 5 s of the loss. */
const SILENCE_MS = 4500;
const PROBE_MS = 2000;
/** Whoever wants to follow and was not heard asks again; whoever was refused does not. */
const WATCH_AGAIN_MS = 5000;
const UNHEARD = ["no_answer", "unavailable"];
/** Opening may take long on a slow line; each attempt in a row gets more time. */
const OPEN_MS = [4000, 6000, 12000];

export function connectLive(options) {
  const socket = io("/live", {
    auth: {
      ...(options.conference && { conference: options.conference }),
      ...(options.signedIn && { signed_in: true }),
      ...(options.projector && { projector: true }),
    },
    autoConnect: false,
    reconnection: false, // lib/line.js does that, see there
    transports: ["websocket", "polling"],
    tryAllTransports: true,
  });
  const beatMs = () => (document.hidden ? HIDDEN_BEAT_MS : BEAT_MS);
  const topics = (options.rollCall ? ["roll_call"] : []).concat(options.on.looks ? ["looks"] : []);
  let looksSeq = -1;
  let again = false;
  const line = createLine({
    socket: wrapped(socket),
    probe: probe,
    timers: {
      set: (fn, ms) => window.setTimeout(fn, ms),
      clear: (id) => window.clearTimeout(id),
      random: Math.random,
    },
    clock: options.clock,
    beatMs: beatMs,
    silenceMs: () => beatMs() - BEAT_MS + SILENCE_MS,
    on: {
      snapshot: options.on.snapshot,
      line(up) {
        again = again || !up;
        options.on.line(up);
      },
      connected() {
        looksSeq = -1; // a restored backup may have gone back
        if (topics.length) {
          watch();
        }
        if (options.on.connected) {
          options.on.connected(again);
        }
        again = true;
      },
    },
  });
  if (options.rollCall) {
    socket.on("roll_call_changed", options.on.rollCall);
  }
  if (options.on.looks) {
    socket.on("looks_changed", looks);
  }

  function watch() {
    request("watch", { topics: topics }).then(watched, (error) => {
      if (UNHEARD.includes(error.code)) {
        window.setTimeout(() => line.connected() && watch(), WATCH_AGAIN_MS);
      }
    });
  }

  function watched(answer) {
    if (options.rollCall) {
      options.on.rollCall(answer);
    }
    if (options.on.looks) {
      looks(answer.looks);
    }
  }

  /** What was asked may be answered after what was told meanwhile. */
  function looks(fresh) {
    if (fresh.seq >= looksSeq) {
      looksSeq = fresh.seq;
      options.on.looks(fresh);
    }
  }

  socket.on("connect_error", (error) => {
    const refusal = error.data && error.data.error;
    if (refusal && refusal.code === "unauthorized" && options.signedIn) {
      window.location.reload();
    } else if (refusal && options.on.refused) {
      options.on.refused();
    }
  });

  function request(name, payload, timeoutMs) {
    return new Promise((resolve, reject) => {
      socket.timeout(timeoutMs || 5000).emit(name, payload, (error, answer) => {
        if (error || !answer || answer.ok !== true) {
          const told = (answer && answer.error) || { code: "no_answer", message: "Máy chủ chưa trả lời." };
          reject(Object.assign(new Error(told.message), told));
        } else {
          resolve(answer);
        }
      });
    });
  }

  const ended = new AbortController();
  const untilClosed = { signal: ended.signal };
  document.addEventListener("visibilitychange", () => document.hidden || line.wake(), untilClosed);
  window.addEventListener("online", line.wake, untilClosed);
  window.addEventListener("offline", line.suspect, untilClosed);
  window.addEventListener("pageshow", (event) => event.persisted && line.wake(), untilClosed);
  line.start(options.seenVersion == null ? -1 : options.seenVersion);

  return {
    listen: (name, handler) => socket.on(name, handler),
    request: request,
    onPing: (handler) => socket.io.on("ping", handler),
    close() {
      ended.abort();
      line.stop();
      socket.removeAllListeners();
    },
    up: line.up,
    connected: line.connected,
    version: line.version,
    transport: () => (socket.io.engine && socket.io.engine.transport ? socket.io.engine.transport.name : null),
  };
}

function wrapped(socket) {
  let timeouts = 0;
  socket.on("connect", () => (timeouts = 0));
  socket.on("connect_error", (error) => {
    if (error.message === "timeout") {
      timeouts += 1;
    }
  });
  return {
    on: (name, handler) => socket.on(name, handler),
    emit: (name, payload, ack) => socket.emit(name, payload, ack),
    close: () => socket.disconnect(),
    open() {
      socket.io.timeout(OPEN_MS[Math.min(timeouts, OPEN_MS.length - 1)]);
      // The server answers plain HTTP, yet WebSockets have hung twice: something on the way swallows them.
      socket.io.opts.transports = timeouts < 2 ? ["websocket", "polling"] : ["polling", "websocket"];
      socket.connect();
    },
  };
}

/** Does the server answer at all? Rejects after two seconds of silence. */
function probe() {
  const abort = new AbortController();
  const timer = window.setTimeout(() => abort.abort(), PROBE_MS);
  return fetch("/healthz", { cache: "no-store", signal: abort.signal })
    .then((response) => {
      if (!response.ok) {
        throw new Error("health: " + response.status);
      }
    })
    .finally(() => window.clearTimeout(timer));
}
