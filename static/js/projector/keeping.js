/**
 * Keeps the present picture in this browser, so that a reload without a network shows it (service_worker.js, which has the
 * same names). What is kept is the whole document as it stands, with the facts of now and the sentence that the server is
 * out of reach: whoever opens it sees a whole picture that says what it is.
 *
 *   const keeping = keepPicture({ page, clock, signal, facts });   // keeping.soon()
 *
 * `facts()` answers `{snapshot, projector, heard_at_ms}`: what the page's own facts are by now, and the server's time at
 * which it was last heard of.
 */

import { jsonForPage } from "../lib/hall.js";
import { createPace } from "../lib/pace.js";
import { fetchedFiles, keepPage } from "../keep.js";

const NAMES = { cache: "giaoban-man-chieu", worker: "/man-chieu/ngoai-tuyen.js", page: "/man-chieu" };
const EVERY_MS = 1000;
/** So old may be what a copy says about when the server was last there. */
const AGAIN_MS = 300000;
/** The machine's clock was set: a copy goes by it. */
const STEP_MS = 1000;

/** One after the other, those of a former showing too: an older copy must not come last. */
let keeping = null;

export function keepPicture({ page, clock, signal, facts }) {
  const files = new Set();
  let keptOffsetMs = null;
  let keptAtMs = 0;
  const impossible = !window.caches || !navigator.serviceWorker || window.location.pathname !== NAMES.page;

  const soon = createPace({
    everyMs: EVERY_MS,
    nowMs: clock.localMs,
    timers: { set: (fn, ms) => window.setTimeout(fn, ms), clear: (id) => window.clearTimeout(id) },
    act: keep,
  });

  function offsetMs() {
    return clock.nowMs() - Date.now();
  }

  function keep() {
    if (signal.aborted) {
      return;
    }
    if (keeping) {
      keeping.then(() => soon());
      return;
    }
    keptOffsetMs = offsetMs();
    keptAtMs = clock.localMs();
    const html = copy(page, { ...facts(), offset_ms: keptOffsetMs });
    fetchedFiles().forEach((url) => files.add(url));
    performance.clearResourceTimings(); // the browser notes only so many, and fragments would fill the list
    const wanted = [...files];
    keeping = keepPage({ ...NAMES, key: window.location.pathname + window.location.search, html: html, files: wanted })
      .then(() => wanted.forEach((url) => files.delete(url)))
      .catch(() => {}) // the next change, or AGAIN_MS, tries again; the page works while there is a line
      .then(() => (keeping = null));
  }

  if (!impossible) {
    // Letters of every weight, also those of scenes that were not seen yet.
    const letters = document.fonts ? Promise.allSettled([...document.fonts].map((face) => face.load())) : Promise.resolve();
    const loaded = document.readyState === "complete" ? Promise.resolve() : once(window, "load");
    Promise.all([letters, loaded]).then(() => soon());
  }

  return {
    /** Something that the picture shows has changed. */
    soon: () => keptOffsetMs !== null && soon(),
    /** Call it often: a copy must not be too old, nor go by a clock that was set meanwhile. */
    tick() {
      if (keptOffsetMs === null) {
        return;
      }
      if (Math.abs(offsetMs() - keptOffsetMs) > STEP_MS || clock.localMs() - keptAtMs > AGAIN_MS) {
        soon();
      }
    },
  };
}

function once(target, name) {
  return new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));
}

/** The document as it stands, as the text of a page whose facts are of now and whose server is out of reach. */
function copy(page, { heard_at_ms, offset_ms, ...facts }) {
  const root = document.documentElement.cloneNode(true);
  const kept = { at_ms: heard_at_ms, offset_ms: offset_ms };
  root.querySelector("#page").textContent = jsonForPage({ ...page, ...facts, kept: kept });
  root.querySelector("[data-lost]").hidden = false;
  root.querySelectorAll("[data-leaving]").forEach((scene) => scene.removeAttribute("data-leaving"));
  root.querySelector("[data-identify]").hidden = true;
  const body = root.querySelector("body");
  body.dataset.line = "lost";
  body.dataset.idle = "";
  // The digits are as old as the copy: nothing is painted before the script has put them right.
  root.querySelectorAll('script[type="module"]').forEach((script) => script.setAttribute("blocking", "render"));
  return "<!doctype html>\n" + root.outerHTML;
}
