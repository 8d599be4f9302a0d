/**
 * The MC's console: follows the server, counts by itself, and stands between a finger and a command.
 *
 * The server renders everything. This script asks for the console again when a snapshot says that something moved (at
 * most twice a second), ticks the clock and the expected times from the facts in `data-order`, arms the Go button when
 * much time is left, and locks the commands while the line is lost.
 */

import { attachBell } from "./bell.js";
import { attachArranging } from "./console/arrange.js";
import "./console/caps.js";
import { keepControl } from "./console/control.js";
import "./console/drafts.js";
import { editorsChanged } from "./console/editors.js";
import { showForecast } from "./console/forecast.js";
import "./console/lengths.js";
import { attachLock } from "./console/lock.js";
import { attachPresses } from "./console/presses.js";
import { readinessEnded } from "./console/readiness.js";
import "./console/rows.js";
import { attachSay } from "./console/say.js";
import { tickTimer } from "./console/timer.js";
import "./drawer.js";
import { follow } from "./follow.js";
import { attachKeys } from "./keys.js";
import { lineState, setText } from "./line_state.js";
import { connectLive } from "./live.js";
import "./notice.js";
import "./paper.js";
import { followProjectors } from "./projectors.js";
import { clockFromPage } from "./lib/clock.js";
import { clockFormatter, wholeMinutes } from "./lib/format.js";
import { forecast, remainingMs } from "./lib/timer.js";

const TICK_MS = 200;
const LATER_REFRESH_MS = 1000;
const ROLL_CALL_REFRESH_MS = 5000; // figures tick at once; the rest of the roll call's card may follow

const page = document.querySelector("[data-mc]");
const hourMinute = clockFormatter(page.dataset.timezone);

let order = read();
const clock = clockFromPage(order.server_now_ms);
let newestVersion = order.version;
const line = lineState({ page: page, clock: clock, changed: lineChanged });
const lock = attachLock({
  page: page,
  controls: "#control button, #console button, #console input[type=radio], #drawer button:not([type=button])",
  lost: line.lost,
});
const control = keepControl({ page: page, changed: () => following.refresh() });
const following = follow({ id: "console", trigger: "order-changed", before: beforeSwap, after: afterSwap, busy: () => arranging.busy() });
const projectors = followProjectors(clock, "screens");
const say = attachSay({ refresh: () => following.refresh() });
const bell = attachBell("console");
const arranging = attachArranging({ locked: line.lost, version: () => order.version, refresh: () => following.refresh() });

/** The facts that came with the console now on the screen. */
function read() {
  const facts = JSON.parse(document.getElementById("console").dataset.order);
  return { ...facts, late: lateMinutes(forecast(facts, facts.server_now_ms)) };
}

// ---- the clock and the expected times

function tick() {
  const nowMs = clock.nowMs();
  line.tick();
  if (order.live) {
    tickTimer(page, order, nowMs, hourMinute);
  }
  tickForecast(nowMs);
  say.tick(nowMs);
  if (readinessEnded(page, nowMs)) {
    following.refresh(LATER_REFRESH_MS);
  }
  bell.tick(order.live, order.kind, nowMs);
}

function tickForecast(nowMs) {
  const expected = forecast(order, nowMs);
  showForecast(page, order, expected, hourMinute);
  if (order.late !== lateMinutes(expected)) {
    order.late = lateMinutes(expected);
    following.refresh(LATER_REFRESH_MS); // what is suggested against the delay stands on the delay
  }
}

function lateMinutes(expected) {
  return wholeMinutes(expected.forecast.offset_ms);
}

// ---- following the server

function showTotals({ totals, codes }) {
  Object.entries(totals || {}).forEach(([name, value]) => {
    document.querySelectorAll(`[data-total="${name}"]`).forEach((place) => setText(place, String(value)));
  });
  if (codes && codes.length > 0) {
    const concerned = codes.some((code) => document.querySelector(`[data-room="${code}"]`));
    following.refresh(concerned ? 0 : ROLL_CALL_REFRESH_MS);
  }
}

// ---- a swap keeps an unfolded list and half a message

let kept = null;

function beforeSwap(detail) {
  say.beforeSwap(detail);
  kept = {
    live: order.live && order.live.item_id,
    unfolded: [...page.querySelectorAll("#console details[open]")].map((part) => part.id),
  };
}

function afterSwap() {
  order = read();
  page.querySelectorAll("#console details").forEach((part) => (part.open = kept.unfolded.includes(part.id)));
  presses.swapped();
  say.afterSwap();
  if (kept.live !== (order.live && order.live.item_id)) {
    showLiveRow();
  }
  arranging.swapped();
  tick();
  lock.apply();
  control.shown();
}

// The digits at once: what the server drew is a moment old, and a frame may be painted before it has settled.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "console") {
    order = read();
    tick();
  }
});

// It moved on while an answer was under way, or the answer went to the drawer.
document.addEventListener("htmx:afterRequest", () => newestVersion > order.version && following.refresh());

function showLiveRow() {
  const row = page.querySelector('.row[aria-current="true"]');
  const box = page.querySelector('[data-keep-scroll="order"]');
  if (row && box) {
    box.scrollTop = row.offsetTop - box.clientHeight / 3;
  }
}

// ---- presses

const presses = attachPresses({
  locked: (form) => line.lost() && form.closest("#console, #drawer, #control"),
  leftMs: () => order.live && remainingMs(order.live, clock.nowMs()),
  on: () => order.live && order.live.item_id,
});

const HOOKS = { go: "[data-go]", pause: "[data-pause] button", plus: "[data-plus] button", minus: "[data-minus] button", undo: "[data-undo] button" };

function press(command) {
  const button = page.querySelector(HOOKS[command]);
  if (!button || !button.form) {
    return;
  }
  if (!button.disabled) {
    button.form.requestSubmit(button);
  } else if (command === "plus" || command === "minus") {
    presses.again(button); // three minutes are three quick presses; twice Next is a habit
  }
}

const shortcuts = document.getElementById("shortcuts");

function toggleHelp() {
  if (shortcuts.open) {
    shortcuts.close();
  } else {
    shortcuts.showModal();
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-show-shortcuts]")) {
    toggleHelp();
  }
});

// ---- the line

function changed() {
  editorsChanged();
  following.refresh();
}

function missed() {
  changed();
  projectors.refresh();
}

function lineChanged(lost) {
  presses.disarm();
  lock.apply();
  if (!lost) {
    control.heard();
    following.refresh();
  }
}

attachKeys({ press: press, locked: line.lost, help: toggleHelp });
showLiveRow();
tick();
setInterval(tick, TICK_MS);
const live = connectLive({
  conference: page.dataset.conference,
  signedIn: true,
  clock: clock,
  seenVersion: order.version,
  rollCall: true,
  on: {
    snapshot(snapshot) {
      newestVersion = snapshot.version;
      if (snapshot.version !== order.version) {
        following.refresh();
      }
    },
    line: line.show,
    connected: (again) => again && missed(),
    rollCall: showTotals,
  },
});
live.listen("console_changed", changed);
live.listen("projectors_changed", () => projectors.refresh());
live.onPing(control.heard);
