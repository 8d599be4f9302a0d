/** The parts of the projector's page that the server draws: brought anew when something in them has changed. */

import { leaving } from "./scenes.js";

/** Between two questions for the same part: check-ins come in crowds. */
const PAUSE_MS = 1000;

/**
 * `load()` brings the element of that `id` anew from `url`, and once more if it was asked for meanwhile; `drawn()` is
 * called when it stands in the page. `load(then)` calls `then` when the question is over, answered or not. `signal` ends
 * it all. A failure leaves what is there: the next change, or the return of the line, asks again.
 */
export function fragment(id, url, signal, drawn) {
  let loading = false;
  let again = false;
  let waiting = [];

  return function load(then) {
    if (signal.aborted) {
      return;
    }
    if (then) {
      waiting.push(then);
    }
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    fetch(url, { cache: "no-store", signal: signal })
      .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
      .then((html) => {
        if (signal.aborted) {
          return; // the page is another one by now
        }
        const holder = document.createElement("template");
        holder.innerHTML = html.trim();
        const shown = document.getElementById(id);
        if (leaving(shown)) {
          again = true;
          return;
        }
        shown.replaceWith(holder.content.firstElementChild);
        drawn();
      })
      .catch(() => {})
      .then(() => {
        loading = false;
        waiting.forEach((one) => one());
        waiting = [];
        if (again) {
          again = false;
          window.setTimeout(() => load(), PAUSE_MS);
        }
      });
  };
}
