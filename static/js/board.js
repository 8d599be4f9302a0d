/**
 * The roll-call board: follows the roll call, finds rooms as somebody types, moves through the cells by keyboard.
 *
 * The server renders everything, the filter included. Arrow keys move between cells; Enter (a cell is a link) and C open
 * one at its headcount, from where Enter says "Có mặt", V at the reason of an absence.
 */

import { connectLive } from "./live.js";
import { follow } from "./follow.js";
import { lineState, setText } from "./line_state.js";
import { notify } from "./notice.js";
import "./drawer.js";
import { clockFromPage } from "./lib/clock.js";
import { folded } from "./lib/search.js";

const BEAT_MS = 4000; // its clock is read by one room, not by the hall
const TICK_MS = 500;

const page = document.querySelector("[data-rb]");
const clock = clockFromPage(Number(document.getElementById("board").dataset.now));
const search = page.querySelector("[data-find] input");
const following = follow({ id: "board", trigger: "roll-call-changed", before() {}, after: () => (find(), offerCopy()) });
const line = lineState({ page: page, clock: clock, changed: (lost) => lost || following.refresh() });

// ---- finding a room

function find() {
  const wanted = folded(search.value).trim();
  let hits = 0;
  document.querySelectorAll("#board .cell").forEach((cell) => {
    const hit = wanted !== "" && cell.dataset.key.includes(wanted);
    cell.classList.toggle("cell--hit", hit);
    hits += hit ? 1 : 0;
  });
  setText(page.querySelector(".find__n"), wanted === "" ? "" : hits === 0 ? "Không có" : `${hits} điểm cầu`);
}

function firstHit() {
  return document.querySelector("#board .cell--hit");
}

search.addEventListener("input", () => {
  find();
  const hit = firstHit();
  if (hit) {
    hit.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
});
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && firstHit()) {
    firstHit().click();
  }
});

// ---- the keyboard

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

let wanted = null; // the field of the panel to which the key that opened it leads

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".cell");
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const key = event.key.toLowerCase();
  if (STEPS[event.key]) {
    event.preventDefault();
    step(cell, ...STEPS[event.key]);
  } else if ((key === "c" || key === "v") && !event.repeat) {
    event.preventDefault();
    wanted = key === "v" ? "[data-reason]" : null;
    cell.click();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const field = event.detail.target.id === "drawer" && wanted && document.querySelector(`#drawer ${wanted}`);
  if (field) {
    field.focus();
    wanted = null;
  }
});

function step(cell, across, down) {
  const columns = [...document.querySelectorAll("#board [data-column]")].map((column) => [...column.querySelectorAll(".cell")]);
  const at = columns.findIndex((column) => column.includes(cell));
  const row = columns[at].indexOf(cell);
  const column = columns[Math.min(columns.length - 1, Math.max(0, at + across))];
  const next = column[Math.min(column.length - 1, Math.max(0, row + down))];
  next.focus();
}

// ---- the sentence to read

function offerCopy() {
  document.querySelector("[data-copy]").hidden = !(navigator.clipboard && window.isSecureContext);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-copy]")) {
    navigator.clipboard.writeText(document.querySelector("[data-sentence]").textContent).then(
      () => notify("Đã chép câu đọc điểm danh."),
      () => notify("Máy này không cho chép. Xin bôi đen câu rồi chép.")
    );
  }
});

page.querySelector("[data-find]").hidden = false;
offerCopy();
setInterval(line.tick, TICK_MS);
connectLive({
  conference: page.dataset.conference,
  signedIn: true,
  clock: clock,
  beatMs: BEAT_MS,
  rollCall: true,
  on: {
    snapshot() {},
    line: line.show,
    rollCall: () => following.refresh(),
  },
});
