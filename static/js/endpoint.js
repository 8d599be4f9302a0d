/**
 * A room's page: what is on, when its turn comes, and its check-in, which waits in the device while the line is down.
 *
 * The page is complete as it comes and its forms work alone; this writes new texts into it and sends by itself. Here is
 * only what all parts share: the line, the clock's tick and `room`, which each part is given. A part that the server
 * tells something of its own asks for it by `room.onNotice(kind, handler)`.
 */

import { storageOrNone } from "./device.js";
import { showAttendance } from "./endpoint/attendance.js";
import { showLineTest } from "./endpoint/line_test.js";
import { showProgramme } from "./endpoint/programme.js";
import { showTicket } from "./endpoint/ticket.js";
import { showReadiness } from "./endpoint/readiness.js";
import { clockFromKept, clockFromPage } from "./lib/clock.js";
import { clockFormatter } from "./lib/format.js";
import { CACHE, recall, remember } from "./lib/kept.js";
import { createPlaces } from "./lib/places.js";
import { connectLive } from "./live.js";
import { showMessages } from "./messages.js";

const PAGE = "/diem-cau";
const WORKER = "/diem-cau/ngoai-tuyen.js";

/** Rooms with a part of their own ask for the whole order anew, not all in one instant. */
const SPREAD_MS = 2000;
/** What can wait is asked for after the rest, when all rooms come back at once. */
const CARDS_MS = 10000;

/** What was on longer ago than this says nothing about what is on. */
const OLD_MS = 600000;
const RELOAD_AGAIN_MS = 60000;

const asItCame = window.caches && navigator.serviceWorker ? document.documentElement.outerHTML : "";
const page = JSON.parse(document.getElementById("page").textContent);
const storage = storageOrNone();
/** The sentence that stands on a page out of this browser's own keeping, or null: it came from the server. */
const kept = document.querySelector("[data-kept]:not([hidden])");
const roomName = page.conference + ":" + page.code;
const clock = kept ? keptClock() : clockFromPage(page.snapshot.server_now_ms);
const timeOfDay = clockFormatter(page.timezone);
const api = "/api/v1/conferences/" + encodeURIComponent(page.conference);
const noticed = {};
const room = {
  page: page,
  api: api,
  clock: clock,
  timeOfDay: timeOfDay,
  storage: storage,
  isKept: Boolean(kept),
  spreadMs: SPREAD_MS,
  /** Calls `handler(payload)` for each `endpoint_notice` of that kind. */
  onNotice: (kind, handler) => (noticed[kind] = handler),
  getJson: getJson,
  signInEnded: signInEnded,
  /** Something has changed that the page would show first if it were opened without a network. */
  changed: rememberAll,
};
Object.assign(room, createPlaces(document)); // put, at

const messages = showMessages(room);
const programme = showProgramme(room);
const attendance = showAttendance(room);
const lineTest = showLineTest(room);
const ticket = showTicket(room);
const readiness = showReadiness(room);

/** Puts what was known last into the page, which is older; answers the clock to go by. */
function keptClock() {
  const last = recall(storage, roomName);
  if (last) {
    page.snapshot = last.snapshot;
    page.words = last.words;
  }
  return clockFromKept(Date.now() + (last ? last.offset_ms : 0));
}

function rememberAll() {
  if (!kept || joined) {
    remember(storage, roomName, {
      snapshot: snapshot,
      words: attendance.words(),
      at_ms: clock.nowMs(),
      offset_ms: clock.nowMs() - Date.now(),
    });
  }
}

function showKept() {
  const last = recall(storage, roomName);
  const atMs = last ? last.at_ms : page.snapshot.server_now_ms;
  kept.querySelector("b").textContent = timeOfDay(atMs);
  document.body.dataset.kept = clock.nowMs() - atMs > OLD_MS ? "old" : "new";
  mark(false);
}

/** The line is back on a page that is old: the present one, unless somebody is typing, and not over and over. */
function reloadKept() {
  const inputs = Array.from(document.querySelectorAll("form input:not([type=hidden]):not([type=range])"));
  // what was sent stays in its form, which is put away
  const typing = inputs.some((input) => input.offsetParent && input.value !== input.defaultValue);
  try {
    const againAtMs = Number(window.sessionStorage.getItem("giaoban-reloaded")) + RELOAD_AGAIN_MS;
    if (!typing && !attendance.unkept() && !(Date.now() < againAtMs)) {
      window.sessionStorage.setItem("giaoban-reloaded", String(Date.now()));
      window.location.reload();
    }
  } catch {
    // nothing is remembered: it could go on for ever
  }
  kept.querySelector("[data-kept-reload]").hidden = false;
}

function getJson(path) {
  return fetch(api + path, { cache: "no-store" }).then((response) =>
    response.ok ? response.json() : Promise.reject(new Error("status " + response.status))
  );
}

function tick() {
  const rightForMs = programme.draw();
  attendance.drawNote();
  messages.draw();
  readiness.tick();
  window.setTimeout(tick, rightForMs);
}

function mark(up) {
  document.querySelector("[data-line]").dataset.line = up ? "up" : "lost";
  document.querySelector("[data-link-word]").textContent = up ? "Đã kết nối" : "Mất kết nối. Đang nối lại";
  if (up) {
    attendance.flush();
    lineTest.flush();
    readiness.flush();
  }
}

function loadCards() {
  ticket.load();
  lineTest.load();
}

function signInEnded() {
  const word = document.querySelector("[data-link-word]");
  word.textContent = "Phiên làm việc đã hết. ";
  const link = document.createElement("a");
  link.href = "/vao";
  link.textContent = "Nhập lại mã điểm cầu";
  word.append(link);
}

let snapshot = page.snapshot;
let joined = false;
const line = connectLive({
  conference: page.conference,
  signedIn: true,
  clock: room.clock,
  seenVersion: page.snapshot.version,
  rollCall: Boolean(document.getElementById("communes")),
  on: {
    snapshot(fresh) {
      snapshot = fresh;
      messages.snapshot(fresh);
      programme.snapshot(fresh);
      readiness.snapshot(fresh);
      if (!joined) {
        joined = true;
        mark(true);
        if (kept) {
          reloadKept();
        }
      }
      rememberAll();
    },
    line: mark,
    connected(again) {
      if (again) {
        attendance.load();
        readiness.load();
        window.setTimeout(loadCards, Math.random() * CARDS_MS);
      }
    },
    rollCall({ codes, totals }) {
      // Its own coming is no news to it, and what is said of it comes as a notice. On joining there are no codes: then
      // the page may be older than its line.
      const older = () => Object.keys(totals).some((name) => totals[name] !== page.totals[name]);
      if (codes ? codes.some((code) => code !== page.code) : older()) {
        attendance.load();
      }
    },
  },
});
messages.listen(line);
line.listen("endpoint_notice", (payload) => {
  if (noticed[payload.kind]) {
    noticed[payload.kind](payload);
  }
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    attendance.load();
    readiness.load();
  }
});
window.addEventListener("online", attendance.flush);
lineTest.flush();
if (kept) {
  showKept();
} else if (asItCame && window.location.pathname === PAGE) {
  window.addEventListener("load", () =>
    import("./keep.js")
      .then(({ keepPage, fetchedFiles }) =>
        keepPage({ cache: CACHE, worker: WORKER, page: PAGE, html: asItCame, files: fetchedFiles() })
      )
      .catch(() => {})
  ); // where nothing can be kept, the page works while there is a line
}
tick();
