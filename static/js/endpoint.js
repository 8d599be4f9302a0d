/**
 * A room's page: what is on, when its turn comes, and its check-in, which waits in the device while the line is down.
 *
 * The page is complete as it comes and its forms work alone; this writes new texts into it and sends by itself.
 */

import { connectLive } from "./live.js";
import { clockFromPage } from "./lib/clock.js";
import { clockFormatter, minutesText, slipText, waitText, wholeMinutes } from "./lib/format.js";
import { newId } from "./lib/ids.js";
import { createPlaces } from "./lib/places.js";
import { createQueue } from "./lib/queue.js";
import { heading, label, stateWord } from "./lib/stage.js";
import { barFraction, formatRemaining, remainingMs, timeState } from "./lib/timer.js";
import { turnOf } from "./lib/turn.js";

const SEND_MS = 10000;
/** Rooms with a part of their own ask for the whole order anew, not all in one instant. */
const SPREAD_MS = 2000;
const LONGEST_WAIT_TOLD_MS = 5400000;

const page = JSON.parse(document.getElementById("page").textContent);
const api = "/api/v1/conferences/" + encodeURIComponent(page.conference);
const clock = clockFromPage(page.snapshot.server_now_ms);
const timeOfDay = clockFormatter(page.timezone);
const { put, at } = createPlaces(document);
const $ = (selector) => document.querySelector(selector);

let snapshot = page.snapshot;
let order = withStart(page.order);
let effective = page.effective;
let refetch = null;
let signedOut = false;

const queue = createQueue({
  storage: storageOrNone(),
  key: "giaoban-check-in:" + page.conference + ":" + page.code,
  send: sendCheckIn,
  timers: { set: (fn, ms) => window.setTimeout(fn, ms), clear: (id) => window.clearTimeout(id) },
  on: { changed: drawAttendance, taken: taken, refused: refused, blocked: blocked },
});

function storageOrNone() {
  try {
    return window.localStorage;
  } catch {
    return null; // the queue then remembers for as long as the page is open
  }
}

function withStart(view) {
  return view && Object.assign({ starts_at_ms: page.starts_at_ms }, view);
}

function getJson(path) {
  return fetch(api + path, { cache: "no-store" }).then((response) =>
    response.ok ? response.json() : Promise.reject(new Error("status " + response.status))
  );
}

// ---- what is on, and whose turn it is

/** Everything on the page that changes with time; answers how long it stays right. */
function draw() {
  const nowMs = clock.nowMs();
  const live = snapshot.live;
  const turn = turnOf(page.code, snapshot, order, nowMs);
  const leftMs = live ? remainingMs(live, nowMs) : 0;
  const state = live ? timeState(live, live.item.kind, nowMs) : "";
  put("clock", timeOfDay(nowMs));
  document.body.dataset.phase = turn ? turn.phase : "";
  show("speaking", turn && turn.phase === "speaking");
  show("next", turn && turn.phase === "next");
  show("later", turn && turn.phase === "later");
  show("now", !turn || turn.phase === "later");
  drawNow(live, leftMs, state);
  if (turn) {
    ({ speaking: drawSpeaking, next: drawNext, later: drawLater })[turn.phase](turn, leftMs, state, nowMs);
  }
  drawQueueNote();
  return Math.min(1000, (((leftMs % 1000) + 1000) % 1000) + 1);
}

function show(part, visible) {
  $('[data-part="' + part + '"]').hidden = !visible;
}

function drawNow(live, leftMs, state) {
  const phases = { idle: "Chưa bắt đầu", finished: "Hội nghị đã kết thúc" };
  const coming = snapshot.next[0] ? " Tiếp theo: " + heading(snapshot.next[0]) : "";
  put("now-word", live ? "Đang trình bày" : "Chương trình");
  put("now", live ? heading(live.item) : phases[snapshot.phase] || "Đang chuyển mục");
  put("left", live ? formatRemaining(leftMs) : "");
  at("left").dataset.state = state;
  const word = live && state !== "normal" ? ", " + stateWord(state).toLocaleLowerCase("vi") : "";
  const words = live ? label(live.item, page.papers) + word + "." : "";
  put("now-note", (words + coming).trim());
}

function drawSpeaking(turn, leftMs, state, nowMs) {
  const live = snapshot.live;
  const figure = formatRemaining(leftMs);
  const section = $('[data-part="speaking"]');
  section.dataset.state = state;
  put("speaking-word", "Điểm cầu đang phát biểu");
  put("speaking-left", figure);
  at("speaking-left").dataset.chars = figure.length;
  section.querySelector("[data-bar]").setAttribute("width", (100 * barFraction(live, nowMs)).toFixed(1) + "%");
  put("speaking-state", stateWord(state));
  const until = state === "paused" ? "" : ". Hết giờ lúc " + timeOfDay(nowMs + leftMs);
  put("speaking-note", state === "over" ? "" : ", trong " + minutesText(live.planned_ms + live.added_ms) + until);
  put("speaking-label", label(turn.item, page.papers));
  put("speaking-title", turn.item.title);
}

function drawNext(turn, leftMs, state, nowMs) {
  const waitMs = turn.at_ms - nowMs;
  const who = snapshot.live ? " Đang trình bày: " + heading(snapshot.live.item) + "." : "";
  put("turn-word", "Sắp đến lượt quý vị");
  put("turn-left", waitMs > 0 ? formatRemaining(waitMs) : "");
  put("turn-note", (waitMs > 0 ? "Dự kiến mời lúc " + timeOfDay(turn.at_ms) + "." : "Xin chờ Điều hành mời.") + who);
}

function drawLater(turn, leftMs, state, nowMs) {
  const waitMs = turn.at_ms - nowMs;
  const planned = turn.item.planned_start_at_ms;
  const slipMs = turn.at_ms - planned;
  const words = [];
  if (snapshot.phase !== "idle" && waitMs < LONGEST_WAIT_TOLD_MS) {
    words.push("Còn " + waitText(waitMs) + ", sau " + turn.before + " phần nữa.");
  } else {
    words.push("Sau " + turn.before + " phần nữa.");
  }
  if (planned != null) {
    words.push("Kế hoạch " + timeOfDay(planned) + (wholeMinutes(slipMs) ? ", " + slipText(slipMs) + "." : "."));
  }
  put("own", label(turn.item, page.papers));
  put("own-at", timeOfDay(turn.at_ms));
  put("own-note", words.join(" "));
  put("own-title", "Tối đa " + minutesText(turn.item.planned_ms) + ". " + turn.item.title);
}

function drawMessage(message, from) {
  $("[data-message]").hidden = !message;
  put("message", message ? message.text : "");
  put("message-at", message ? from + timeOfDay(message.at_ms) : "");
}

function tick() {
  window.setTimeout(tick, draw());
}

// ---- attendance

function sendCheckIn(entry) {
  const abort = new AbortController();
  const timer = window.setTimeout(() => abort.abort(), SEND_MS);
  const { code, ...body } = entry;
  return fetch(api + "/endpoints/" + encodeURIComponent(code) + "/check-in", {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-CSRFToken": $('meta[name="csrf-token"]').content },
    body: JSON.stringify(body),
    signal: abort.signal,
  })
    .then((response) => response.json().then((answer) => ({ status: response.status, body: answer })))
    .finally(() => window.clearTimeout(timer));
}

/** What is wrong with the form, as the server would say it; "" when nothing is. */
function problemOf(form) {
  if (form.dataset.status === "absent") {
    return form.reason.value.trim() ? "" : "Điểm cầu vắng phải ghi lý do.";
  }
  return /^\d{0,6}$/.test(form.headcount.value.trim()) ? "" : "Xin ghi số đại biểu bằng chữ số, ví dụ 14.";
}

function tell(form, problem) {
  const place = form.querySelector("[data-bad]");
  place.querySelector("span").textContent = problem;
  place.hidden = !problem;
  if (problem) {
    field(form).focus();
  }
}

function field(form) {
  return form.headcount || form.reason;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const code = form.dataset.checkIn;
  if (!code) {
    return;
  }
  event.preventDefault();
  const problem = problemOf(form);
  tell(form, problem);
  if (problem) {
    return;
  }
  const typed = field(form).value.trim();
  const present = form.dataset.status === "present";
  queue.add({
    code: code,
    check_in_id: newId(),
    status: form.dataset.status,
    headcount: present ? Number(typed) : 0,
    reason: present ? null : typed,
    happened_at_ms: clock.nowMs(),
  });
  const away = form.closest(".away");
  if (away) {
    away.open = false;
  }
  openForm(code, false);
});

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) {
    const input = step.parentElement.querySelector("input");
    input.value = String(Math.max(0, (Number(input.value) || 0) + Number(step.dataset.step)));
  } else if (event.target.closest("[data-edit]")) {
    event.preventDefault();
    openForm(page.code, true);
    $("[data-form] [name=headcount]").focus();
  } else if (event.target.closest("[data-retry]")) {
    queue.flush();
  }
});

function taken(entry, answer) {
  signedOut = false;
  if (entry.code === page.code) {
    effective = answer.effective;
  } else {
    loadCommunes();
  }
  drawAttendance();
}

function refused(entry, error) {
  openForm(entry.code, true);
  const form = $('[data-check-in="' + entry.code + '"][data-status="' + entry.status + '"]');
  const away = form.closest(".away");
  if (away) {
    away.open = true;
  }
  field(form).value = entry.status === "present" ? entry.headcount : entry.reason;
  tell(form, error.message);
  drawAttendance();
}

function blocked() {
  signedOut = true;
  const word = $("[data-link-word]");
  word.textContent = "Phiên làm việc đã hết. ";
  const link = document.createElement("a");
  link.href = "/vao";
  link.textContent = "Nhập lại mã điểm cầu";
  word.append(link);
}

/** A room that has nothing to say yet keeps its form open. */
function openForm(code, on) {
  if (code === page.code) {
    $("[data-form]").hidden = !on && Boolean(effective || queue.waiting(code));
    drawAttendance();
  } else {
    $('[data-room="' + code + '"] details').open = on;
  }
}

/** The card says what the server has confirmed, or that something still waits here; never one for the other. */
function drawAttendance() {
  const waiting = queue.waiting(page.code);
  const card = $("[data-stat]");
  if (waiting || effective) {
    const word = waiting || effective;
    const absent = word.status === "absent";
    const total = waiting ? waiting.headcount : effective.headcount.total;
    const heads = total ? total + " đại biểu" : "chưa báo số đại biểu";
    const when = (waiting ? ", bấm lúc " : ", lúc ") + timeOfDay(word.happened_at_ms);
    card.hidden = false;
    card.className = "stat" + (waiting ? " stat--queued" : absent ? " stat--absent" : "");
    const shown = waiting ? "warning" : absent ? "close" : "tick";
    card.querySelectorAll("[data-icon]").forEach((icon) => (icon.hidden = icon.dataset.icon !== shown));
    put("stat", (absent ? "Vắng" : "Có mặt") + (waiting ? (queue.attempts() ? ", đang chờ gửi" : ", đang gửi") : ""));
    const source = waiting ? "" : page.sources[word.source];
    put("stat-note", (absent ? word.reason : heads) + when + (source ? ", " + source : ""));
    $("[data-edit]").hidden = Boolean(waiting);
  }
  $("#attendance").toggleAttribute("data-settled", !card.hidden && !waiting && $("[data-form]").hidden);
  $("[data-queued]").hidden = !queue.attempts() || !queue.codes().length;
  document.querySelectorAll("[data-room]").forEach(drawCommune);
  drawQueueNote();
}

function drawCommune(row) {
  const waiting = queue.waiting(row.dataset.room);
  if (waiting) {
    row.querySelector(".mark").className = "mark mark--waiting";
    row.querySelector("[data-said]").textContent = (waiting.status === "absent" ? "Vắng" : "Có mặt") + ", đang chờ gửi";
  }
}

function drawQueueNote() {
  if ($("[data-queued]").hidden) {
    return;
  }
  if (signedOut) {
    put("queue-note", "Điểm danh đã lưu trong máy này nhưng chưa gửi được. Xin nhập lại mã điểm cầu, máy sẽ tự gửi.");
    return;
  }
  const calls = $("[data-call]") ? " Nếu 5 phút nữa vẫn chưa có mạng, xin gọi thư ký ghi hộ: số máy ở cuối trang." : "";
  put(
    "queue-note",
    "Điểm danh đã lưu trong máy này và sẽ tự gửi khi có mạng, đã thử " + queue.attempts() + " lần. Xin để trang này mở." + calls
  );
}

/** What others may have said about this room meanwhile: its district, the secretary. */
function loadAttendance() {
  getJson("/endpoints")
    .then((rows) => {
      effective = rows.find((row) => row.code === page.code).effective;
      drawAttendance();
    })
    .catch(() => {}); // asked again when the line comes back
  loadCommunes();
}

/** Rows that somebody is filling in stay as they are. */
function loadCommunes() {
  const list = $("#communes");
  if (!list) {
    return;
  }
  fetch(list.dataset.refresh, { cache: "no-store" })
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
    .then((html) => {
      const fresh = new DOMParser().parseFromString(html, "text/html");
      list.querySelector(".lead").replaceWith(fresh.querySelector(".lead"));
      fresh.querySelectorAll("[data-room]").forEach((row) => {
        const old = list.querySelector('[data-room="' + row.dataset.room + '"]');
        if (old && !old.querySelector("details").open) {
          old.replaceWith(row);
        }
      });
      enhance(list);
      drawAttendance();
    })
    .catch(() => {}); // asked again at the next change
}

/** Steppers are of no use without this script, so they are shown by it. */
function enhance(root) {
  root.querySelectorAll("[data-step]").forEach((button) => (button.hidden = false));
}

// ---- the line

function mark(up) {
  $("[data-line]").dataset.line = up ? "up" : "lost";
  $("[data-link-word]").textContent = up ? "Đã kết nối" : "Mất kết nối. Đang nối lại";
  if (up) {
    queue.flush();
  }
}

function loadOrder() {
  window.clearTimeout(refetch);
  refetch = window.setTimeout(() => {
    getJson("/running-order").then(
      (view) => {
        order = withStart(view);
        page.papers = view.items.filter((item) => item.kind === "paper").map((item) => item.id);
        draw();
      },
      () => {}
    );
  }, Math.random() * SPREAD_MS);
}

let joined = false;
const line = connectLive({
  conference: page.conference,
  signedIn: true,
  clock: clock,
  seenVersion: snapshot.version,
  rollCall: Boolean($("#communes")),
  on: {
    snapshot(fresh) {
      const moved = fresh.version !== snapshot.version;
      const told = JSON.stringify(fresh.message) !== JSON.stringify(snapshot.message);
      snapshot = fresh;
      if (told) {
        drawMessage(fresh.message, "Điều hành nhắn lúc ");
      }
      if (moved && order) {
        loadOrder();
      }
      draw();
      if (!joined) {
        joined = true;
        mark(true);
      }
    },
    line(up) {
      mark(up);
      if (up) {
        loadAttendance();
      }
    },
    rollCall(answer) {
      if (answer.codes && answer.codes.length) {
        loadAttendance();
      }
    },
  },
});
line.listen("endpoint_notice", (notice) => drawMessage(notice.text ? notice : snapshot.message, "Điều hành nhắn lúc "));
document.addEventListener("visibilitychange", () => document.hidden || loadAttendance());
window.addEventListener("online", queue.flush);

enhance(document);
drawAttendance();
queue.flush();
tick();
