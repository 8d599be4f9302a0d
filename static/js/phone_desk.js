/**
 * The telephone desk: the list follows calls and check-ins, the card beside it stays as it is while somebody phones.
 *
 * The server renders everything. Whoever dials takes the room on without another press; Enter in the search opens the
 * best hit; after each outcome the keyboard stands at the next room's headcount.
 */

import { follow } from "./follow.js";
import "./heads.js";
import "./notice.js";
import { workLine } from "./work_line.js";
import { clockFromPage } from "./lib/clock.js";

const page = document.querySelector("[data-desk]");
const clock = clockFromPage(Number(page.dataset.now));
const following = follow({ id: "queue", trigger: "phone-desk-changed", before() {}, after() {} });
const refresh = () => following.refresh();

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

workLine({ page: page, clock: clock, refresh: refresh, rollCall: refresh }).listen("console_changed", refresh);
