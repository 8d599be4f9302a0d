/**
 * On a screen for the hall the pointer goes when it rests; `data-idle` on <body> hides it, and what only it can use. A page
 * that comes with `data-idle` begins without it.
 */

const POINTER_MS = 3000;
let timer = null;

function still(event) {
  if (event && event.type === "pointermove" && !event.movementX && !event.movementY) {
    return; // it was the picture below that moved
  }
  window.clearTimeout(timer);
  delete document.body.dataset.idle;
  timer = window.setTimeout(() => (document.body.dataset.idle = ""), POINTER_MS);
}

export function hidePointer() {
  ["pointermove", "pointerdown", "keydown"].forEach((name) => document.addEventListener(name, still));
  if (document.body.dataset.idle === undefined) {
    still();
  }
}
