/**
 * The roll-call board: follows the roll call and fits its cells to the screen. board/filter.js finds rooms, board/open.js
 * opens them and has the keys.
 *
 * The server renders everything. What has moved is asked for by the codes that the socket names, and put in its place
 * part by part: the keyboard's place, the scroll and whatever somebody types stay.
 */

import { follow } from "./follow.js";
import { notify } from "./notice.js";
import "./drawer.js";
import "./heads.js";
import "./paper.js";
import { workLine } from "./work_line.js";
import { attachFilter } from "./board/filter.js";
import { markOpen } from "./board/open.js";
import { clockFromPage } from "./lib/clock.js";
import { createChangedRooms } from "./lib/changed_rooms.js";
import { fit } from "./lib/fit.js";

const CHANGED_MOST = 60; // as giaoban/admin/board_page.py
const FITS = 8; // heights of cells in board.css

const page = document.querySelector("[data-rb]");
const board = () => document.getElementById("board");
const clock = clockFromPage(Number(board().dataset.now));
const filter = attachFilter({ page: page });
const changed = createChangedRooms(CHANGED_MOST);
const following = follow({ id: "board", trigger: "roll-call-changed", before() {}, after: swapped });

let fitted = null;

function moved(codes) {
  changed.heard(codes);
  following.refresh();
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.id !== "board") {
    return;
  }
  detail.path = location.pathname + location.search; // as it is filtered now
  const codes = changed.ask();
  if (codes !== null) {
    detail.formData.append("khung", board().dataset.frame);
    (codes.length ? codes : [""]).forEach((code) => detail.formData.append("o", code));
  }
});

function swapped({ requestConfig }) {
  if (requestConfig && requestConfig.elt.id === "board") {
    changed.answered();
  }
  readySoon();
}

let coming = false;

/** Once for all the parts that have come together. */
function readySoon() {
  if (!coming) {
    coming = true;
    queueMicrotask(() => {
      coming = false;
      ready();
    });
  }
}

/** Also after an answer to somebody's own word, which puts its parts in place by themselves. */
function ready() {
  filter.apply();
  markOpen();
  document.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = !(navigator.clipboard && window.isSecureContext)));
  if (fitted !== board()) {
    fitCells();
  }
}

function fitCells() {
  fitted = board();
  const grid = page.querySelector(".rb__grid");
  if (grid.querySelector(".cells")) {
    fit(grid, FITS);
  }
}

window.addEventListener("resize", fitCells);
document.addEventListener("htmx:afterSettle", ({ detail }) => detail.target.id === "drawer" && readySoon());

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-copy]")) {
    navigator.clipboard.writeText(document.querySelector("[data-sentence]").textContent).then(
      () => notify("Đã chép câu đọc điểm danh."),
      () => notify("Máy này không cho chép. Xin bôi đen câu rồi chép.")
    );
  }
});

ready();
workLine({ page: page, clock: clock, refresh: () => moved(null), rollCall: ({ codes }) => moved(codes || null) });
