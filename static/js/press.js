/**
 * The press page: asks for its parts, puts in those that have changed, and counts by itself from their facts.
 *
 * The page is complete as it comes, and runs on at once from when it was made. Caches answer for the server, so its clock
 * is told by the dates of the answers.
 */

import { clockFromPage } from "./lib/clock.js";
import { begunSecond, clockFormatter, slipText } from "./lib/format.js";
import { createPolled } from "./lib/polled.js";
import { barFraction, forecast, formatRemaining, remainingMs, timeState } from "./lib/timer.js";

const TICK_MS = 250;
const WORDS = { over: "Quá giờ", paused: "Tạm dừng" };

const main = document.getElementById("press");
const shown = {};
let facts = read(main);
let timeOfDay = clockFormatter(facts.timezone);
// It runs on from the page's own figures, which are some seconds old; the first answer's date puts that right.
const clock = clockFromPage(facts.as_of_ms);

function read(root) {
  return JSON.parse(root.querySelector("#press-data").textContent);
}

function put(name, text) {
  document.querySelectorAll('[data-put="' + name + '"]').forEach((place) => {
    if (place.textContent !== text) {
      place.textContent = text;
    }
  });
}

function heading() {
  const place = main.querySelector("[data-now-heading]");
  return place ? place.textContent : "";
}

/** The parts that are not what they were; the others stay as they are, with whatever somebody has marked in them. */
function takeIn(text) {
  const holder = document.createElement("template");
  holder.innerHTML = text;
  const parts = Array.from(holder.content.querySelectorAll("section, script"));
  if (parts.some((part) => !document.getElementById(part.id))) {
    window.location.reload(); // a later release has other parts: half of them would stand still
    return;
  }
  const before = heading();
  const focused = document.activeElement && document.activeElement.id;
  parts.forEach((part) => {
    if (shown[part.id] !== part.outerHTML) {
      shown[part.id] = part.outerHTML;
      document.getElementById(part.id).replaceWith(part);
    }
  });
  facts = read(main);
  timeOfDay = clockFormatter(facts.timezone);
  count();
  if (focused && document.getElementById(focused)) {
    document.getElementById(focused).focus({ preventScroll: true });
  }
  if (heading() !== before) {
    document.querySelector("[data-say]").textContent = main.querySelector("#press-now h2").textContent + ": " + heading();
  }
}

function count() {
  const nowMs = clock.nowMs();
  const live = facts.order.live;
  if (document.body.dataset.line === "up") {
    put("clock", timeOfDay(nowMs)); // "Tính đến": when the server is gone, the moment up to which the figures are right
  }
  if (live) {
    const state = timeState(live, facts.order.kind, nowMs);
    put("left", formatRemaining(remainingMs(live, nowMs)));
    put("state", WORDS[state] || "Còn lại");
    main.querySelector("[data-bar]").setAttribute("width", (100 * barFraction(live, nowMs)).toFixed(1) + "%");
  }
  const expected = forecast(facts.order, nowMs);
  main.querySelectorAll("[data-expected-of]").forEach((place) => {
    const times = expected.items.filter((one) => one.id === place.dataset.expectedOf)[0];
    place.textContent = timeOfDay(begunSecond(times.expected_start_at_ms));
  });
  if (facts.phase !== "finished" && facts.order.items.length) {
    put("end", timeOfDay(begunSecond(expected.forecast.expected_end_at_ms)));
    put("slip", slipText(expected.forecast.offset_ms));
  }
}

function ask(tag, timeoutMs) {
  const control = window.AbortController ? new AbortController() : null;
  const timer = control && window.setTimeout(() => control.abort(), timeoutMs);
  // Each packing of the same bytes has a tag of its own; which one this browser is given only the server knows.
  const tags = tag.charAt(0) === '"' ? tag : ["-br", "-gzip", ""].map((more) => '"' + tag + more + '"').join(", ");
  const options = { cache: "no-store", credentials: "omit", headers: { "If-None-Match": tags } };
  return fetch(main.dataset.url, control ? { ...options, signal: control.signal } : options).then((response) =>
    response.text().then((text) => {
      window.clearTimeout(timer);
      return {
        status: response.status,
        tag: response.headers.get("ETag") || tag,
        text: text,
        date: Date.parse(response.headers.get("Date")) || 0,
        age: 1000 * (Number(response.headers.get("Age")) || 0),
      };
    })
  );
}

const polled = createPolled({
  ask: ask,
  timers: { set: (fn, ms) => window.setTimeout(fn, ms), random: Math.random },
  localMs: clock.localMs,
  tag: main.dataset.tag,
  on: {
    news: takeIn,
    line(up) {
      document.body.dataset.line = up ? "up" : "lost";
      document.querySelector("[data-lost]").hidden = up;
    },
    time(sentMs, receivedMs, dateMs) {
      clock.addSample(sentMs - 1000, receivedMs, dateMs + facts.skew_ms); // a date is of the whole second
      count();
    },
  },
});

document.addEventListener("visibilitychange", () => (document.hidden ? polled.rest() : polled.wake()));
window.addEventListener("online", polled.wake);
window.addEventListener("offline", polled.lost);
window.addEventListener("pageshow", (event) => event.persisted && polled.wake());
if (document.hidden) {
  polled.rest();
}
polled.start();
window.setInterval(count, TICK_MS);
