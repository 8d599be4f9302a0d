/**
 * The projector's page: follows the snapshot, counts by itself, says so when the server is out of reach.
 *
 * The page is complete as it comes; this only writes new texts into it. `data-put` names what an element shows.
 */

import { connectLive } from "./live.js";
import { clockFromPage } from "./lib/clock.js";
import { fit } from "./lib/fit.js";
import { clockFormatter, kindLabel } from "./lib/format.js";
import { createPlaces } from "./lib/places.js";
import { heading, paperNumber, shownScene, stateNote, stateWord, texts } from "./lib/stage.js";
import { barFraction, formatRemaining, remainingMs, timeState } from "./lib/timer.js";

const LONGEST_TICK_MS = 250;
/** Expected times move while a speaker runs over, without any event: the agenda is asked for again. */
const AGENDA_EVERY_MS = 30000;
const ROLL_CALL_PAUSE_MS = 1000;
const POINTER_MS = 3000;

const page = JSON.parse(document.getElementById("page").textContent);
const clock = clockFromPage(page.snapshot.server_now_ms);
const timeOfDay = clockFormatter(page.timezone);
const timer = document.querySelector(".timer");
const { put, putOrHide, at } = createPlaces(document);

let snapshot = page.snapshot;
const agenda = fragment("agenda", page.agenda_url, draw);
const rollCall = fragment("roll-call", page.roll_call_url, () => {});

/** A part of the page that the server draws; `load` brings it anew, once more if asked meanwhile. */
function fragment(id, url, drawn) {
  let loading = false;
  let again = false;
  return function load() {
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    fetch(url, { cache: "no-store" })
      .then((response) => (response.ok ? response.text() : Promise.reject(new Error("status " + response.status))))
      .then((html) => {
        const holder = document.createElement("template");
        holder.innerHTML = html.trim();
        document.getElementById(id).replaceWith(holder.content.firstElementChild);
        drawn();
      })
      .catch(() => {}) // the next change, or the return of the line, asks again
      .then(() => {
        loading = false;
        if (again) {
          again = false;
          window.setTimeout(load, ROLL_CALL_PAUSE_MS);
        }
      });
  };
}

function paperIds() {
  return document.getElementById("agenda").dataset.papers.split(" ");
}

/** Everything that changes with the snapshot alone. */
function draw() {
  const live = snapshot.live;
  const message = snapshot.message ? snapshot.message.text : "";
  if (live) {
    const parts = texts(live.item);
    put("kind", kindLabel(live.item.kind));
    put("number", paperNumber(live.item.id, paperIds()));
    putOrHide("org", parts.org);
    put("unit", parts.unit);
    putOrHide("topic", parts.topic);
  }
  const coming = snapshot.next.map(heading);
  putOrHide("next-word", coming.length ? "Tiếp theo" : "");
  put("next", coming[0] || "");
  putOrHide("after-next", coming[1] ? "Chuẩn bị: " + coming[1] : "");
  putOrHide("break-next", coming[0] ? "Tiếp theo: " + coming[0] : "");
  put("message", message);
  document.querySelectorAll("[data-notice]").forEach((element) => {
    element.hidden = !message;
    element.classList.toggle("notice--long", message.length > 90);
  });
  document.querySelector(".scene--maket").classList.toggle("maket--told", Boolean(message));
  show(shownScene(snapshot));
  count();
  fitAll();
}

function show(name) {
  if (document.body.dataset.scene === name) {
    return;
  }
  document.body.dataset.scene = name;
  document.querySelectorAll("[data-name]").forEach((scene) => {
    scene.toggleAttribute("data-on", scene.dataset.name === name);
    scene.setAttribute("aria-hidden", String(scene.dataset.name !== name));
  });
  if (name === "roll_call") {
    rollCall();
  }
}

/** Everything that changes with time alone; answers how long it stays right. */
function count() {
  const nowMs = clock.nowMs();
  put("clock", timeOfDay(nowMs));
  const live = snapshot.live;
  if (!live) {
    putOrHide("break-left", "");
    putOrHide("break-until", "");
    return LONGEST_TICK_MS;
  }
  const leftMs = remainingMs(live, nowMs);
  const state = timeState(live, live.item.kind, nowMs);
  const figure = formatRemaining(leftMs);
  const digits = figure.replace("+", "").length;
  put("left", figure);
  timer.dataset.chars = digits > 5 ? figure.length : "";
  if (timer.dataset.state !== state || !at("state").textContent) {
    timer.dataset.state = state;
    const icon = timer.querySelector("[data-state-icon]");
    icon.toggleAttribute("hidden", state === "normal");
    icon.firstElementChild.setAttribute("href", "#i-" + (state === "normal" ? "warning" : state));
    put("state", stateWord(state));
    fitAll();
  }
  put("note", stateNote(state, live));
  timer.querySelector("[data-bar]").setAttribute("width", (100 * barFraction(live, nowMs)).toFixed(1) + "%");
  const resting = live.item.kind === "break";
  const until = leftMs > 0 ? "Hội nghị tiếp tục lúc " + timeOfDay(nowMs + leftMs) : "Hội nghị sắp tiếp tục";
  putOrHide("break-left", resting ? figure : "");
  putOrHide("break-until", resting ? until : "");
  const toNextSecondMs = ((leftMs % 1000) + 1000) % 1000;
  return Math.min(LONGEST_TICK_MS, toNextSecondMs + 1);
}

function tick() {
  window.setTimeout(tick, count());
}

function fitAll() {
  fit(document.querySelector(".next"), 3); // first: what it leaves is the speaker's
  fit(document.querySelector(".speak"), 4);
  document.querySelectorAll(".brk").forEach((element) => fit(element, 3));
  fit(document.querySelector(".ag__it ol"), 2);
}

function mark(up) {
  document.body.dataset.line = up ? "up" : "lost";
  document.querySelector("[data-lost]").hidden = up;
  if (up) {
    agenda();
    rollCall();
  }
}

connectLive({
  conference: page.conference,
  clock: clock,
  seenVersion: snapshot.version,
  rollCall: true,
  on: {
    snapshot(fresh) {
      const moved = fresh.version !== snapshot.version;
      snapshot = fresh;
      draw();
      if (moved) {
        agenda();
      }
    },
    line: mark,
    rollCall(answer) {
      put("present", String(answer.totals.present));
      put("expected", String(answer.totals.expected));
      if (document.body.dataset.scene === "roll_call") {
        rollCall();
      }
    },
  },
});

let pointer = null;
function still() {
  window.clearTimeout(pointer);
  delete document.body.dataset.idle;
  pointer = window.setTimeout(() => (document.body.dataset.idle = ""), POINTER_MS);
}
document.addEventListener("mousemove", still);
window.addEventListener("resize", fitAll);
if (document.fonts) {
  document.fonts.ready.then(fitAll);
}
window.setInterval(() => document.body.dataset.scene === "agenda" && agenda(), AGENDA_EVERY_MS);
still();
draw();
tick();
