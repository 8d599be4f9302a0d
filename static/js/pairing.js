/**
 * The page on which a screen shows its code: asks for one, waits until somebody has typed it, and goes on as the
 * projector that it has become. Without scripts the button and the page's own reloading do the same.
 */

import { formatRemaining } from "./lib/timer.js";

const ASK_EVERY_MS = 3000;
const TICK_MS = 500;
const AFTER_REFUSAL_MS = 60000;

const page = document.querySelector("[data-pairing]");
const form = document.querySelector("[data-ask]");
const begunMs = performance.now();
const untilMs = Number(page.dataset.until) - Number(page.dataset.now); // of this page's own time

function ask() {
  form.submit();
}

async function look() {
  try {
    const answer = await fetch(page.dataset.state, { cache: "no-store" });
    const { state, to, code } = answer.ok ? await answer.json() : { state: "waiting" };
    if (state === "paired") {
      window.location.replace(to);
      return;
    }
    if (state === "over") {
      ask();
      return;
    }
    if (code && code !== page.querySelector("[data-code]").textContent) {
      window.location.replace(window.location.href); // a later tab of this browser asked for it: the page that comes shows that one
      return;
    }
  } catch {
    // The server is out of reach: the code stays, and is asked about again.
  }
  window.setTimeout(look, ASK_EVERY_MS);
}

function count() {
  const leftMs = Math.max(0, untilMs - (performance.now() - begunMs));
  page.querySelector("[data-left]").textContent = formatRemaining(leftMs);
}

if (page.dataset.until) {
  count();
  window.setInterval(count, TICK_MS);
  window.setTimeout(look, ASK_EVERY_MS);
} else if (form && page.dataset.begin === "now") {
  ask();
} else if (form && page.dataset.begin === "later") {
  window.setTimeout(ask, AFTER_REFUSAL_MS);
}
