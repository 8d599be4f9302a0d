/**
 * An item's form that is open says so to the server, and shows who else has it open; when it is gone, it says that too.
 *
 * The form holds `data-also-editing` with the address to say it to. Whatever ends the form (saved, closed, another one
 * opened, the page left) ends this.
 */

import { setText } from "../line_state.js";

const EVERY_MS = 8000;
const LOOK_MS = 500;

let open = null; // { place, url } of the form that the server knows to be open here
let saidAtMs = -Infinity;

function say(url, isOpen) {
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
    body: new URLSearchParams({ open: isOpen ? "1" : "0" }),
    keepalive: !isOpen,
  });
}

async function renew({ place, url }) {
  saidAtMs = performance.now();
  try {
    const answer = await say(url, true);
    const others = answer.ok ? await answer.text() : "";
    setText(place, others);
    place.hidden = others === "";
  } catch (error) {
    // The line is lost, which the page shows by itself.
  }
}

function look() {
  const place = document.querySelector("form [data-also-editing]:not([data-also-editing=''])");
  const url = place && place.dataset.alsoEditing;
  if (open && open.url !== url) {
    say(open.url, false).catch(() => {});
  }
  const fresh = place && (!open || open.url !== url);
  open = place && { place: place, url: url };
  if (open && (fresh || performance.now() - saidAtMs >= EVERY_MS)) {
    renew(open);
  }
}

setInterval(look, LOOK_MS);
window.addEventListener("pagehide", () => open && say(open.url, false).catch(() => {}));

/** Somebody else has opened or closed something: who is it? */
export function editorsChanged() {
  if (open) {
    renew(open);
  }
}
