/**
 * The telephone desk: the list follows calls and check-ins, the card beside it stays as it is while somebody phones.
 *
 * The server renders everything. Whoever dials takes the room on without another press; Enter in the search opens the
 * best hit; after each outcome the keyboard stands at the next room's headcount.
 */

import { connectLive } from "./live.js";
import { follow } from "./follow.js";
import { lineState } from "./line_state.js";
import "./heads.js";
import "./notice.js";
import { clockFromPage } from "./lib/clock.js";

const BEAT_MS = 4000; // as on the board: its clock is read by one room
const TICK_MS = 500;

const page = document.querySelector("[data-desk]");
const clock = clockFromPage(Number(page.dataset.now));
const following = follow({ id: "queue", trigger: "phone-desk-changed", before() {}, after() {} });
const line = lineState({ page: page, clock: clock, changed: (lost) => lost || following.refresh() });

document.addEventListener("click", (event) => {
  const number = event.target.closest('#call a[href^="tel:"]');
  const form = number && document.querySelector("#call [data-calling]");
  if (form) {
    // The desk is told by the server; a call goes on without it too.
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {});
  }
});

document.addEventListener("keydown", (event) => {
  const first = event.key === "Enter" && event.target.id === "find-input" && document.querySelector("#queue li a");
  if (first) {
    event.preventDefault();
    first.click();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "call") {
    return;
  }
  const wrong = document.querySelector("#call [aria-invalid]");
  const field = wrong || document.getElementById("call-headcount");
  if (field) {
    field.focus();
  }
});

setInterval(line.tick, TICK_MS);
const live = connectLive({
  conference: page.dataset.conference,
  signedIn: true,
  clock: clock,
  beatMs: BEAT_MS,
  rollCall: true,
  on: { snapshot() {}, line: line.show, rollCall: () => following.refresh() },
});
live.listen("console_changed", () => following.refresh());
