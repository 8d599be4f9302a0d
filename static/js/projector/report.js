/**
 * Which projector this page is, and what it tells the consoles of itself.
 *
 *   const self = projectorSelf({ known, version, clock, signal, shown(), redraw() });
 *   self.pinned(snapshot)      // the same with the scene that this projector is pinned to, if it is
 *   self.known()               // what the server said last, as `known`
 *   self.changed(snapshot)     // this snapshot has just been drawn in place of another
 *   self.attach(live)          // once the line is there (live.js)
 *
 * `known` is what the server said with the page: {name, scene}, or null for a page without a name, which reports nothing.
 * `shown()` answers the name of the scene that is seen; `signal` ends it all. A report goes out at a beat and, at once, with every change; a
 * change counts as shown when the frame with it has been painted, so that a picture that stands still is told as what it
 * is, however much the page has received.
 */

import { createPace } from "../lib/pace.js";

const BEAT_MS = 2000;
const AT_MOST_EVERY_MS = 500;

export function projectorSelf({ known, version, clock, signal, shown, redraw }) {
  let self = known || { name: null, scene: null };
  let painted = { version: version, lag_ms: null, shown_at_ms: null };
  let live = null;
  let hideTimer = null;

  const report = createPace({
    everyMs: AT_MOST_EVERY_MS,
    nowMs: () => performance.now(),
    timers: { set: (fn, ms) => window.setTimeout(fn, ms), clear: (id) => window.clearTimeout(id) },
    act: send,
  });

  function send() {
    if (!signal.aborted && live && live.connected() && self.name) {
      live.request("report_projector", state()).catch(() => {}); // the next beat tells it
    }
  }

  function state() {
    const doubtMs = clock.doubtMs();
    return {
      ...painted,
      scene: shown(),
      doubt_ms: Number.isFinite(doubtMs) ? Math.ceil(doubtMs) : null,
      sent_at_ms: clock.nowMs(),
      width: window.innerWidth,
      height: window.innerHeight,
      hidden: document.hidden,
      full_screen: fullScreen(),
    };
  }

  function changed(snapshot) {
    afterPainting(() => {
      const nowMs = clock.nowMs();
      painted = {
        version: snapshot.version,
        lag_ms: Math.max(0, nowMs - snapshot.server_now_ms),
        shown_at_ms: nowMs,
      };
      report();
    });
  }

  function take({ name, scene }) {
    self = { name: name, scene: scene };
    redraw();
    afterPainting(report);
  }

  function identify({ name, until_at_ms }) {
    const place = document.querySelector("[data-identify]");
    place.textContent = name;
    place.hidden = false;
    window.clearTimeout(hideTimer);
    hideTimer = window.setTimeout(() => (place.hidden = true), Math.max(0, until_at_ms - clock.nowMs()));
  }

  return {
    pinned: (snapshot) => (self.scene ? { ...snapshot, scene: { name: self.scene, mode: "manual" } } : snapshot),
    known: () => (self.name ? self : null),
    changed: changed,
    attach(line) {
      live = line;
      live.listen("projector_changed", take); // on joining too, so that the first report is not a beat away
      live.listen("projector_identified", identify);
      live.onPing(() => report()); // a page that nobody sees has slow timers, but still hears the server
      const beat = window.setInterval(() => report(), BEAT_MS);
      document.addEventListener("visibilitychange", () => report(), { signal: signal });
      window.addEventListener("resize", () => report(), { signal: signal });
      signal.addEventListener("abort", () => {
        window.clearInterval(beat);
        window.clearTimeout(hideTimer);
      });
    },
  };
}

/** When the next frame has been painted; at once where none is painted, because nobody sees the page. */
function afterPainting(then) {
  if (document.hidden) {
    then();
  } else {
    window.requestAnimationFrame(() => window.setTimeout(then, 0));
  }
}

/** By the page's own doing or by the browser's key: then the page is as large as the screen. */
function fullScreen() {
  const whole = window.innerWidth >= window.screen.width && window.innerHeight >= window.screen.height;
  return document.fullscreenElement !== null || whole;
}
