/**
 * The paper fallback at hand: a copy of it lies in the page and is renewed after every change, so that the link gives
 * the last one also when the server cannot be reached. Without scripts the link asks the server, which keeps one too.
 */

import { keepFile } from "./lib/keeping.js";

const FIRST_MS = 1_000;
const AFTER_CHANGE_MS = 5_000; // the server has made it by then, and a row of changes is fetched once

const link = document.querySelector("[data-paper]");
const keeping = keepFile({
  url: link.href,
  fetch: (url, options) => fetch(url, { ...options, credentials: "same-origin" }),
  later: (ms, call) => setTimeout(call, ms),
});

function lost() {
  return !document.querySelector("[data-offline]").hidden;
}

link.addEventListener("click", (event) => {
  const blob = keeping.blob();
  if (!lost() || !blob) {
    return;
  }
  event.preventDefault();
  const copy = document.createElement("a");
  copy.href = URL.createObjectURL(blob);
  copy.download = link.dataset.paper;
  copy.click();
  setTimeout(() => URL.revokeObjectURL(copy.href), 60_000);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (["console", "board"].includes(event.detail.target.id)) {
    keeping.refresh(AFTER_CHANGE_MS);
  }
});
keeping.refresh(FIRST_MS);
