/**
 * Keeps up what this page holds or asks for: says to the server that it is still there, and speaks of a change.
 *
 *   const control = keepControl({ page, changed() });
 *   control.heard()    // the server has just spoken, or the line is there again
 *   control.shown()    // the page has new content
 *
 * The timers of a page in a background tab are slowed down to one a minute, which would lose the hold: there `heard`,
 * which comes with each ping of the server, says it in time. `changed` is called when it turns out that the page shows
 * what is no longer so.
 */

import { setText } from "../line_state.js";

const SHARE = 0.27; // of the silence that frees control: about eight seconds of thirty
const LONGEST_WAIT_MS = 8000;

export function keepControl({ page, changed }) {
  const url = `/api/v1/conferences/${encodeURIComponent(page.dataset.conference)}/control`;
  const everyMs = Number(page.dataset.freedAfter) * SHARE;
  let askedAtMs = performance.now();
  let spoken = said();

  function place() {
    return document.getElementById("control");
  }

  function said() {
    return place().dataset.say;
  }

  function heard() {
    const part = place().dataset.part;
    if (part && performance.now() - askedAtMs >= everyMs / 2) {
      askedAtMs = performance.now();
      keep(part).catch(() => {}); // the line is lost, or will be told to be
    }
  }

  async function keep(part) {
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), LONGEST_WAIT_MS);
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
        body: JSON.stringify({ action: "keep" }),
        signal: abort.signal,
      });
      const control = answer.ok ? await answer.json() : null;
      const mine = control && control[part === "holder" ? "holder" : "request"];
      if (control && !(mine && mine.you)) {
        changed();
      }
    } finally {
      window.clearTimeout(timer);
    }
  }

  function shown() {
    if (said() !== spoken) {
      spoken = said();
      setText(document.getElementById("spoken"), spoken);
    }
  }

  setInterval(heard, everyMs);
  return { heard: heard, shown: shown };
}
