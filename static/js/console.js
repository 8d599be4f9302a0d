/**
 * The MC's console: follows the server, counts by itself, and stands between a finger and a command.
 *
 * The server renders everything. This script asks for the console again when a snapshot says that something moved (at
 * most twice a second), ticks the clock and the expected times from the facts in `data-order`, arms the Go button when
 * much time is left, and locks the commands while the line is lost.
 */

import { connectLive, HALL_BEAT_MS } from "./live.js";
import "./drawer.js";
import { follow } from "./follow.js";
import { attachKeys } from "./keys.js";
import { lineState, setText } from "./line_state.js";
import "./notice.js";
import { clockFromPage } from "./lib/clock.js";
import { clockFormatter, signedMinutes, slipText } from "./lib/format.js";
import { newId } from "./lib/ids.js";
import { barFraction, forecast, formatRemaining, remainingMs, timeState } from "./lib/timer.js";

const TICK_MS = 200;
const ARM_ABOVE_MS = 60000;
const ARMED_MS = 3000;
const ROLL_CALL_REFRESH_MS = 5000; // figures tick at once; the rest of the roll call's card may follow

const page = document.querySelector("[data-mc]");
const hourMinute = clockFormatter(page.dataset.timezone);

let order = read();
const clock = clockFromPage(order.server_now_ms);
let newestVersion = order.version;
const line = lineState({ page: page, clock: clock, changed: lineChanged });
const following = follow({ id: "console", trigger: "order-changed", before: beforeSwap, after: afterSwap });

/** The facts that came with the console now on the screen. */
function read() {
  return JSON.parse(document.getElementById("console").dataset.order);
}

// ---- the clock and the expected times

function tick() {
  const nowMs = clock.nowMs();
  line.tick();
  if (order.live) {
    tickTimer(nowMs);
  }
  tickForecast(nowMs);
}

function tickTimer(nowMs) {
  const timer = page.querySelector("[data-timer]");
  const state = timeState(order.live, order.kind, nowMs);
  const leftMs = remainingMs(order.live, nowMs);
  setText(timer.querySelector("[data-clock]"), formatRemaining(leftMs));
  setText(timer.querySelector("[data-due]"), hourMinute(nowMs + leftMs));
  timer.querySelector("[data-bar]").setAttribute("width", (barFraction(order.live, nowMs) * 100).toFixed(1));
  if (timer.dataset.state !== state) {
    timer.dataset.state = state;
    timer.querySelectorAll("[data-for]").forEach((word) => (word.hidden = word.dataset.for !== state));
  }
}

function tickForecast(nowMs) {
  const expected = forecast(order, nowMs);
  expected.items.forEach((times) => {
    const row = document.getElementById(`row-${times.id}`);
    if (!row || row.dataset.itemState !== "pending") {
      return;
    }
    setText(row.querySelector("[data-expected]"), hourMinute(times.expected_start_at_ms));
    setText(page.querySelector(`[data-expected-of="${times.id}"]`), hourMinute(times.expected_start_at_ms));
    if (row.dataset.plannedStart) {
      setText(row.querySelector("[data-row-slip]"), signedMinutes(times.expected_start_at_ms - row.dataset.plannedStart));
    }
  });
  setText(page.querySelector("[data-expected-end]"), hourMinute(expected.forecast.expected_end_at_ms));
  setText(page.querySelector("[data-slip]"), slipText(expected.forecast.offset_ms));
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
  const say = document.getElementById("say-text");
  const folded = document.getElementById("folded");
  const sent = say && detail.requestConfig.elt.contains(say) && detail.requestConfig.elt.matches("form") && detail.xhr.status === 200;
  kept = {
    live: order.live && order.live.item_id,
    unfolded: Boolean(folded && folded.open),
    say: say && !sent ? { text: say.value, start: say.selectionStart, end: say.selectionEnd, active: document.activeElement === say } : null,
  };
}

function afterSwap() {
  order = read();
  const folded = document.getElementById("folded");
  if (folded) {
    folded.open = kept.unfolded;
  }
  const say = document.getElementById("say-text");
  if (say && kept.say) {
    say.value = kept.say.text;
    if (kept.say.active) {
      say.focus({ preventScroll: true });
      say.setSelectionRange(kept.say.start, kept.say.end);
    }
  }
  if (kept.live !== (order.live && order.live.item_id)) {
    showLiveRow();
  }
  tick();
  applyLock();
}

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

// A new id for each press: the same form pressed twice on purpose is two commands.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.formData.has("command_id")) {
    event.detail.formData.set("command_id", newId());
  }
});

let disarm = null;

/** Ending an item with more than a minute left takes two presses within three seconds. */
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (line.lost() && form.closest("#console, #drawer")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (!form.hasAttribute("data-ends-early") || !order.live) {
      return;
    }
    const button = form.querySelector("button");
    const leftMs = remainingMs(order.live, clock.nowMs());
    if (button.hasAttribute("data-armed") || leftMs <= ARM_ABOVE_MS) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    arm(button, leftMs);
  },
  true
);

// A double click is a habit, not a second thought: its second half confirms nothing.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail === 2 && event.target.closest("[data-armed]")) {
      event.preventDefault();
    }
  },
  true
);

function arm(button, leftMs) {
  if (disarm) {
    disarm();
  }
  const label = button.querySelector("[data-label]");
  const detail = button.querySelector("[data-detail]"); // the Go button alone has room for one
  const words = [label.textContent, detail && detail.textContent];
  const left = `mục này còn ${formatRemaining(leftMs)}`;
  button.setAttribute("data-armed", "");
  label.textContent = button.dataset.again;
  if (detail) {
    detail.textContent = `${words[0]}; ${left}`;
  }
  setText(document.getElementById("spoken"), `${button.dataset.again}: ${words[0]}; ${left}`);
  const timer = setTimeout(() => disarm && disarm(), ARMED_MS);
  disarm = () => {
    clearTimeout(timer);
    disarm = null;
    button.removeAttribute("data-armed");
    label.textContent = words[0];
    if (detail) {
      detail.textContent = words[1];
    }
    setText(document.getElementById("spoken"), "");
  };
}

const HOOKS = { go: "[data-go]", pause: "[data-pause] button", plus: "[data-plus] button", minus: "[data-minus] button", undo: "[data-undo] button" };

function press(command) {
  const button = page.querySelector(HOOKS[command]);
  if (button && button.form && !button.disabled) {
    button.form.requestSubmit(button);
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

function applyLock() {
  const lost = line.lost();
  page.querySelectorAll("#console button, #console input:not([type=hidden])").forEach((control) => {
    if (lost && !control.disabled && !control.hasAttribute("data-show-shortcuts")) {
      control.disabled = true;
      control.setAttribute("data-locked", "");
    } else if (!lost && control.hasAttribute("data-locked")) {
      control.disabled = false;
      control.removeAttribute("data-locked");
    }
  });
  page.querySelectorAll("[data-locks]").forEach((link) => link.setAttribute("aria-disabled", String(lost)));
  page.querySelectorAll("[data-if-lost]").forEach((part) => (part.hidden = !lost));
  page.querySelectorAll("[data-unless-lost]").forEach((part) => (part.hidden = lost));
}

// A link that is locked leads nowhere: an error page would take the clock away.
document.addEventListener(
  "click",
  (event) => {
    if (line.lost() && event.target.closest("[data-locks]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true
);

function lineChanged(lost) {
  if (disarm) {
    disarm();
  }
  applyLock();
  if (!lost) {
    following.refresh();
  }
}

attachKeys({ press: press, locked: line.lost, help: toggleHelp });
showLiveRow();
tick();
setInterval(tick, TICK_MS);
connectLive({
  conference: page.dataset.conference,
  signedIn: true,
  clock: clock,
  beatMs: HALL_BEAT_MS,
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
    rollCall: showTotals,
  },
});
