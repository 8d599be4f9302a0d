/**
 * The page on which a room asks for the technician: how far its tickets are comes anew as soon as something about them
 * changes. What is being typed is never taken away: the list then waits until the field is left empty.
 */

import { connectLive } from "./live.js";
import { clockFromPage } from "./lib/clock.js";

const page = JSON.parse(document.getElementById("page").textContent);
let waits = false;

function list() {
  return document.getElementById("phieu");
}

function typing() {
  return [...list().querySelectorAll("textarea")].some((field) => field === document.activeElement || field.value !== field.defaultValue);
}

function load() {
  waits = typing();
  if (waits) {
    return;
  }
  fetch(page.list, { cache: "no-store" })
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
    .then((html) => {
      waits = typing();
      if (!waits) {
        const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("phieu");
        list().textContent = "";
        list().append(...fresh.childNodes);
      }
    })
    .catch(() => {}); // asked again when the line is back
}

document.addEventListener("focusout", () => setTimeout(() => waits && load()));

function mark(up) {
  document.querySelector("[data-line]").dataset.line = up ? "up" : "lost";
  document.querySelector("[data-link-word]").textContent = up ? "Đã kết nối" : "Mất kết nối. Đang nối lại";
}

const live = connectLive({
  conference: page.conference,
  signedIn: true,
  clock: clockFromPage(page.server_now_ms),
  on: {
    snapshot() {},
    line: mark,
    connected() {
      mark(true);
      load(); // what came before
    },
  },
});
live.listen("endpoint_notice", (notice) => notice.kind === "ticket" && load());
