/**
 * The rooms' way in: says that check-ins still wait in this browser, and where nobody is in a room any more, throws away
 * the page that was kept for being opened without a network.
 */

import { storageOrNone } from "./device.js";
import { forget } from "./lib/kept.js";

const note = document.querySelector("[data-waiting]");

const storage = storageOrNone();
const waits = Object.keys(storage || {}).filter((key) => key.indexOf("giaoban-check-in:") === 0).length;
if (note && waits) {
  note.querySelector("b").textContent = String(waits);
  note.hidden = false;
}
if (!document.querySelector("[data-in-a-room]")) {
  forget(storage, window.caches);
}
