/**
 * The technician's board: follows tickets, line tests, connections and attendance, finds rooms as somebody types, moves
 * through them by keyboard, and makes itself heard when somebody reports a fault.
 *
 * The server renders everything, the filter included. "/" leads to the search, arrow keys move between rooms, Enter (a
 * room is a link) opens one.
 */

import { attachBell } from "./bell.js";
import "./drawer.js";
import { follow } from "./follow.js";
import { clockFromPage } from "./lib/clock.js";
import { searchRank, searchWords } from "./lib/search.js";
import { arrived, headline } from "./lib/tickets.js";
import { setText } from "./line_state.js";
import { notify } from "./notice.js";
import { followProjectors } from "./projectors.js";
import { workLine } from "./work_line.js";

const AGES_MS = 20000; // how long something waits is told to the minute

const page = document.querySelector("[data-tk]");
const clock = clockFromPage(Number(board().dataset.now));
const search = page.querySelector("[data-find] input");
const title = document.title;
const bell = attachBell("technical");
let waiting = ids();

const following = follow({ id: "tech", trigger: "technical-changed", before() {}, after: shown });
const projectors = followProjectors(clock, "screen-list");
const refresh = () => following.refresh();

function board() {
  return document.getElementById("tech");
}

// ---- what is new

function ids() {
  return board().dataset.waiting.split(" ").filter(Boolean);
}

function shown() {
  const now = ids();
  const fresh = arrived(waiting, now);
  waiting = now;
  document.title = headline(title, now.length);
  fresh.forEach((id) => document.getElementById("ticket-" + id).classList.add("tkt--fresh"));
  if (fresh.length) {
    notify(fresh.length === 1 ? "Có sự cố mới chờ nhận." : `Có ${fresh.length} sự cố mới chờ nhận.`);
    bell.ring("warning");
  }
  find();
}

// ---- finding a room

function rows() {
  return [...document.querySelectorAll("#tech .trow")];
}

function find() {
  const any = searchWords(search.value).length > 0;
  let hits = 0;
  rows().forEach((row) => {
    const hit = any && searchRank(row.dataset.key, search.value) !== null;
    row.classList.toggle("trow--hit", hit);
    hits += hit ? 1 : 0;
  });
  setText(page.querySelector(".find__n"), !any ? "" : hits === 0 ? "Không có" : `${hits} điểm cầu`);
}

function firstHit() {
  return document.querySelector("#tech .trow--hit");
}

search.addEventListener("input", () => {
  find();
  if (firstHit()) {
    firstHit().scrollIntoView({ block: "nearest" });
  }
});
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && firstHit()) {
    firstHit().click();
  }
});

// ---- the keyboard

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=radio]), textarea, select");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    search.focus();
    return;
  }
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  const link = event.target.closest("#tech .trow, #tech .look, #tech .tkt__a");
  if (!link || !steps[event.key] || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  event.preventDefault();
  const links = [...document.querySelectorAll("#tech .tkt__a, #tech .look, #tech .trow")];
  const next = links[links.indexOf(link) + steps[event.key]];
  if (next) {
    next.focus();
  }
});

page.querySelector("[data-find]").hidden = false;
document.title = headline(title, waiting.length);
setInterval(refresh, AGES_MS);
const live = workLine({ page: page, clock: clock, refresh: refresh, rollCall: refresh });
live.listen("technical_changed", refresh);
live.listen("projectors_changed", () => projectors.refresh());
