/**
 * The MC's console: follows the server, counts by itself, and stands between a finger and a command.
 *
 * The server renders everything. This script asks for the console again when a snapshot says that something moved (at
 * most twice a second), ticks the clock and the expected times from the facts in `data-order`, arms the Go button when
 * much time is left, and locks the commands while the line is lost.
 */

import { connectLive, HALL_BEAT_MS } from "./live.js";
import { attachKeys } from "./keys.js";
import { clockFromPage } from "./lib/clock.js";
import { clockFormatter } from "./lib/format.js";
import { barFraction, forecast, formatRemaining, remainingMs, timeState } from "./lib/timer.js";

const REFRESH_MS = 500;
const TICK_MS = 200;
const ARM_ABOVE_MS = 60000;
const ARMED_MS = 3000;
const NOTICE_MS = 12000;

const page = document.querySelector("[data-mc]");
const zone = page.dataset.timezone;
const hourMinute = clockFormatter(zone);
const withSeconds = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "medium", hourCycle: "h23" });

let order = read();
const clock = clockFromPage(order.server_now_ms);
let newestVersion = order.version;
let lostAtMs = null;

/** The facts that came with the console now on the screen. */
function read() {
  return JSON.parse(consoleElement().dataset.order);
}

function consoleElement() {
  return document.getElementById("console");
}

// ---- the clock and the expected times

function setText(element, text) {
  if (element && element.textContent !== text) {
    element.textContent = text;
  }
}

function tick() {
  const nowMs = clock.nowMs();
  setText(page.querySelector("[data-clocknow]"), withSeconds.format(nowMs));
  if (lostAtMs !== null) {
    const seconds = Math.floor((nowMs - lostAtMs) / 1000);
    setText(page.querySelector("[data-lost-for]"), ` ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
  }
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
  setText(page.querySelector("[data-slip]"), slipWords(expected.forecast.offset_ms));
}

/** Whole minutes, halves away from zero; the same as giaoban/admin/wording.py. */
function wholeMinutes(ms) {
  return Math.sign(ms) * Math.floor((Math.abs(ms) + 30000) / 60000);
}

function signedMinutes(ms) {
  const minutes = wholeMinutes(ms);
  return minutes === 0 ? "" : minutes > 0 ? `+${minutes}` : `−${-minutes}`;
}

function slipWords(ms) {
  const minutes = wholeMinutes(ms);
  return minutes === 0 ? "đúng giờ" : minutes > 0 ? `trễ ${minutes} phút` : `sớm ${-minutes} phút`;
}

// ---- following the server

let refreshTimer = null;
let refreshedAtMs = -Infinity;
let composing = false; // an input method is in the middle of a syllable: a swap would tear it

function refresh() {
  if (refreshTimer !== null) {
    return;
  }
  const waitMs = Math.max(0, refreshedAtMs + REFRESH_MS - performance.now());
  refreshTimer = setTimeout(() => {
    refreshTimer = null;
    refreshedAtMs = performance.now();
    if (composing) {
      refresh();
    } else {
      document.body.dispatchEvent(new CustomEvent("order-changed"));
    }
  }, waitMs);
}

document.addEventListener("compositionstart", () => (composing = true));
document.addEventListener("compositionend", () => (composing = false));

function showTotals({ totals, codes }) {
  Object.entries(totals || {}).forEach(([name, value]) => {
    document.querySelectorAll(`[data-total="${name}"]`).forEach((place) => setText(place, String(value)));
  });
  if ((codes || []).some((code) => document.querySelector(`[data-room="${code}"]`))) {
    refresh();
  }
}

// ---- a swap keeps what the person was doing: scroll, an unfolded list, half a message, the keyboard's place

let kept = null;
let focusId = null;

document.addEventListener("htmx:beforeRequest", () => {
  const active = document.activeElement;
  // Before the pressed button is disabled: the browser takes the focus away from a disabled one.
  focusId = active && active.id && active.matches(":focus-visible") ? active.id : null;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "console") {
    return;
  }
  const say = document.getElementById("say-text");
  const folded = document.getElementById("folded");
  const sent = event.detail.requestConfig.elt.contains(say) && event.detail.xhr.status === 200;
  kept = {
    live: order.live && order.live.item_id,
    scroll: [...page.querySelectorAll("[data-keep-scroll]")].map((box) => [box.dataset.keepScroll, box.scrollTop]),
    unfolded: Boolean(folded && folded.open),
    say: say && !sent ? { text: say.value, start: say.selectionStart, end: say.selectionEnd } : null,
  };
  focusId = document.activeElement.id && document.activeElement !== document.body ? document.activeElement.id : focusId;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "console" || !kept) {
    return;
  }
  order = read();
  kept.scroll.forEach(([name, top]) => {
    const box = page.querySelector(`[data-keep-scroll="${name}"]`);
    if (box) {
      box.scrollTop = top;
    }
  });
  const folded = document.getElementById("folded");
  if (folded) {
    folded.open = kept.unfolded;
  }
  const say = document.getElementById("say-text");
  if (say && kept.say) {
    say.value = kept.say.text;
  }
  const focused = focusId && document.getElementById(focusId);
  if (focused && !focused.disabled && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
  }
  if (say && kept.say && document.activeElement === say) {
    say.setSelectionRange(kept.say.start, kept.say.end);
  }
  if (kept.live !== (order.live && order.live.item_id)) {
    showLiveRow();
  }
  tick();
  applyLock();
  if (newestVersion > order.version) {
    refresh(); // it moved on while this answer was under way
  }
});

document.addEventListener("htmx:afterSwap", () => forgetNoticeLater());
document.addEventListener("htmx:sendError", () => refresh());
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  notify(
    status === 401 || status === 403
      ? "Phiên đăng nhập đã hết hoặc không có quyền. Xin tải lại trang rồi đăng nhập lại."
      : "Máy chủ chưa thực hiện được lệnh. Xin bấm lại."
  );
  refresh();
});

function showLiveRow() {
  const row = page.querySelector('.row[aria-current="true"]');
  const box = page.querySelector('[data-keep-scroll="order"]');
  if (row && box) {
    box.scrollTop = row.offsetTop - box.clientHeight / 3;
  }
}

let noticeTimer = null;

function notify(text) {
  const place = document.getElementById("notice");
  const words = document.createElement("p");
  words.textContent = text;
  place.replaceChildren(words);
  forgetNoticeLater();
}

function forgetNoticeLater() {
  const place = document.getElementById("notice");
  clearTimeout(noticeTimer);
  if (place.firstElementChild) {
    noticeTimer = setTimeout(() => place.replaceChildren(), NOTICE_MS);
  }
}

// ---- presses

/** A new id for each press: the same form pressed twice on purpose is two commands. Works without a secure context. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

document.addEventListener("htmx:configRequest", (event) => {
  if ("command_id" in event.detail.parameters) {
    event.detail.parameters.command_id = uuid();
  }
});

let disarm = null;

/** Ending an item with more than a minute left takes two presses within three seconds. */
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (lostAtMs !== null && form.closest("#console, #drawer")) {
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

function arm(button, leftMs) {
  if (disarm) {
    disarm();
  }
  const label = button.querySelector("[data-go-label]");
  const detail = button.querySelector("[data-go-detail]");
  const words = [label.textContent, detail.textContent];
  button.setAttribute("data-armed", "");
  label.textContent = "Bấm lần nữa để kết thúc sớm";
  detail.textContent = `${words[0]}; mục này còn ${formatRemaining(leftMs)}`;
  setText(document.getElementById("spoken"), label.textContent);
  const timer = setTimeout(() => disarm && disarm(), ARMED_MS);
  disarm = () => {
    clearTimeout(timer);
    disarm = null;
    button.removeAttribute("data-armed");
    [label.textContent, detail.textContent] = words;
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
  } else if (event.target.closest("[data-reconnect]")) {
    window.dispatchEvent(new Event("online")); // live.js asks the server at once when the network says it is back
  } else if (event.target.closest("[data-close-drawer]")) {
    event.preventDefault();
    closeDrawer();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    closeDrawer();
  }
});

function closeDrawer() {
  const drawer = document.getElementById("drawer");
  if (drawer.firstElementChild) {
    const opener = document.getElementById(drawer.dataset.opener);
    drawer.replaceChildren();
    drawer.className = "";
    if (opener) {
      opener.focus();
    }
  }
}

// ---- the line

function applyLock() {
  const lost = lostAtMs !== null;
  page.classList.toggle("mc--lost", lost);
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

function showLine(up) {
  lostAtMs = up ? null : clock.nowMs();
  setText(page.querySelector("[data-lost-at]"), up ? "" : withSeconds.format(lostAtMs));
  page.querySelector("[data-offline]").hidden = up;
  page.querySelector('[data-link="ok"]').hidden = !up;
  page.querySelector('[data-link="lost"]').hidden = up;
  if (disarm) {
    disarm();
  }
  applyLock();
  tick();
  if (up) {
    refresh();
  }
}

page.querySelector("[data-clocknow]").hidden = false;
page.querySelector('[data-link="ok"]').hidden = false;
attachKeys({ press: press, locked: () => lostAtMs !== null, help: toggleHelp });
showLiveRow();
forgetNoticeLater();
tick();
setInterval(tick, TICK_MS);
connectLive({
  conference: page.dataset.conference,
  clock: clock,
  beatMs: HALL_BEAT_MS,
  seenVersion: order.version,
  rollCall: true,
  on: {
    snapshot(snapshot) {
      newestVersion = snapshot.version;
      if (snapshot.version !== order.version) {
        refresh();
      }
    },
    line: showLine,
    rollCall: showTotals,
  },
});
