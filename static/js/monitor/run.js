/**
 * The speaker's monitor: one clock for whoever stands at the lectern, and the word of the MC to them.
 *
 * The page is complete as it comes; this only writes new texts into it. `data-put` names what an element shows.
 */

import { attachBell } from "../bell.js";
import { connectLive } from "../live.js";
import { clockFromPage } from "../lib/clock.js";
import { fit } from "../lib/fit.js";
import { clockFormatter, minutesText } from "../lib/format.js";
import { isQuiet } from "../lib/hall.js";
import { createPlaces } from "../lib/places.js";
import { heading, monitorNote, stateWord, texts } from "../lib/stage.js";
import { barFraction, formatRemaining, remainingMs, timeState } from "../lib/timer.js";
import { wearLooks } from "../looks.js";
import { showMessages } from "../messages.js";
import { followAddress } from "../renewal.js";

const LONGEST_TICK_MS = 250;
/** Monitors stand in every speaking room: they do not ask for their messages all in one instant. */
const SPREAD_MS = 1000;

/** `before` is what a former showing leaves: `{clock, renewedAtMs}`. */
export function run(before) {
  const life = new AbortController();
  const page = JSON.parse(document.getElementById("page").textContent);
  const clock = before ? before.clock : clockFromPage(page.snapshot.server_now_ms);
  const timeOfDay = clockFormatter(page.timezone);
  const monitor = document.querySelector("[data-monitor]");
  const message = monitor.querySelector("[data-message]");
  const { put, putOrHide, at } = createPlaces(document);

  let snapshot = page.snapshot;
  const bell = attachBell("monitor", life.signal);
  const messages = showMessages({ page: page, clock: clock, timeOfDay: timeOfDay, spreadMs: SPREAD_MS, signal: life.signal });
  const address = followAddress({ page: page, clock: clock, life: life, quiet: () => isQuiet("speaker", snapshot.live) });

  /** Everything that changes with the snapshot alone. */
  function draw() {
    const shown = snapshot.live ? snapshot.live.item : snapshot.next[0];
    const parts = shown ? texts(shown) : { unit: page.title, topic: "" };
    put("unit", parts.unit);
    putOrHide("topic", parts.topic);
    const [coming, then] = snapshot.next;
    if (snapshot.live) {
      put("next", coming ? "Tiếp theo: " + heading(coming) : "");
    } else {
      put("next", then ? "Chuẩn bị: " + heading(then) : "");
    }
    count();
    fitAll();
  }

  /** Everything that changes with time alone; answers how long it stays right. */
  function count() {
    const nowMs = clock.nowMs();
    put("clock", timeOfDay(nowMs));
    messages.draw();
    monitor.dataset.told = message.hidden ? "" : message.classList.contains("message--long") ? "long" : "short";
    const live = snapshot.live;
    bell.tick(mine(live) ? live : null, live ? live.item.kind : "", nowMs);
    if (!live) {
      wait(nowMs);
      return LONGEST_TICK_MS;
    }
    const leftMs = remainingMs(live, nowMs);
    const state = timeState(live, live.item.kind, nowMs);
    const figure = formatRemaining(leftMs);
    put("left", figure);
    monitor.dataset.chars = figure.length > 5 ? figure.length : "";
    putOrHide("wait", "");
    put("state", stateWord(state));
    show(state);
    put("note", monitorNote(state, live, timeOfDay(nowMs + leftMs)));
    monitor.querySelector("[data-bar]").setAttribute("width", (100 * barFraction(live, nowMs)).toFixed(1) + "%");
    return Math.min(LONGEST_TICK_MS, (((leftMs % 1000) + 1000) % 1000) + 1);
  }

  /** A room's monitor is silent while others speak; the staff's stands beside the lectern of whoever does. */
  function mine(live) {
    return live !== null && (page.code === null || live.item.endpoint_code === page.code);
  }

  /** Nothing is on: who comes next, and when. */
  function wait(nowMs) {
    const coming = snapshot.next[0];
    let words = snapshot.phase === "finished" ? "Hội nghị đã kết thúc" : "";
    if (coming) {
      const dueMs = coming.expected_start_at_ms;
      words = dueMs > nowMs ? "Dự kiến " + timeOfDay(dueMs) : "Xin chờ Điều hành mời";
    }
    put("left", "");
    put("state", coming ? "Tiếp theo" : "");
    put("note", coming ? "Thời lượng " + minutesText(coming.planned_ms) : "");
    putOrHide("wait", words);
    show("waiting");
  }

  function show(state) {
    if (monitor.dataset.state === state) {
      return;
    }
    monitor.dataset.state = state;
    const plain = state === "normal" || state === "waiting";
    const icon = monitor.querySelector("[data-state-icon]");
    icon.toggleAttribute("hidden", plain);
    icon.firstElementChild.setAttribute("href", "#i-" + (plain ? "warning" : state));
    fitAll();
  }

  function tick() {
    if (life.signal.aborted) {
      return;
    }
    address.tick();
    window.setTimeout(tick, count());
  }

  function fitAll() {
    fit(at("unit"), 3);
  }

  const live = connectLive({
    conference: page.conference,
    signedIn: true,
    clock: clock,
    seenVersion: snapshot.version,
    on: {
      snapshot(fresh) {
        snapshot = fresh;
        messages.snapshot(fresh);
        draw();
      },
      looks: wearLooks,
      line(up) {
        document.body.dataset.line = up ? "up" : "lost";
        document.querySelector("[data-lost]").hidden = up;
      },
      connected: address.ask,
      refused: address.ask,
    },
  });
  messages.listen(live);
  live.listen("current_changed", address.ask);
  life.signal.addEventListener("abort", live.close);

  window.addEventListener("resize", fitAll, { signal: life.signal });
  if (document.fonts) {
    document.fonts.ready.then(fitAll);
  }
  draw();
  tick();
}
