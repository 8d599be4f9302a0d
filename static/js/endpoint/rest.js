/**
 * The head of a district's list of its communes: all that are left in one press, and which of them are shown.
 *
 *   attachRest(list)      // the section; it tells by "communes-drawn" that its rows may have changed
 *
 * The press submits each row's own tap, so that each is a check-in of its own on the way that all of them take.
 */

import { searchRank } from "../lib/search.js";

export function attachRest(list) {
  const box = list.querySelector("[data-find]");
  const input = box && box.querySelector("input");
  const shown = list.querySelector('[data-filter][aria-current="true"]');
  let filter = shown ? shown.dataset.filter : "";

  const rows = () => [...list.querySelectorAll("[data-room]")];
  const left = () => rows().filter((row) => row.dataset.status === "waiting" && !row.hasAttribute("data-sending"));

  function draw() {
    const form = list.querySelector("[data-all-left]");
    const count = left().length;
    if (form) {
      form.hidden = !count;
      form.querySelector("[data-rest-count]").textContent = count;
    }
    list.querySelectorAll("[data-filter]").forEach((link) => {
      if (link.dataset.filter === filter) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    });
    rows().forEach((row) => (row.hidden = !fits(row) && !row.querySelector("details").open));
    list.querySelector("[data-none]").hidden = rows().some((row) => !row.hidden);
  }

  function fits(row) {
    const status = { chua: "waiting", co: "present", vang: "absent" }[filter];
    const found = !input || searchRank(row.dataset.key, input.value) !== null;
    return found && (!status || row.dataset.status === status);
  }

  list.addEventListener("communes-drawn", draw);
  list.addEventListener("submit", (event) => {
    if (event.target.matches("[data-all-left]")) {
      event.preventDefault();
      left().forEach((row) => {
        row.querySelector("[data-tap]").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
      });
    }
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("[data-filter]");
    if (link) {
      event.preventDefault();
      filter = link.dataset.filter;
      draw();
    }
  });
  if (input) {
    box.hidden = false;
    input.addEventListener("input", draw);
  }
  draw();
}
