/**
 * What of the projector's picture moves with the time: the time of day, what is left, what is expected when.
 *
 *   const times = showTimes(hall, changedState);   // times.draw(snapshot, nowMs, sceneName): how long it stays right, in ms
 *
 * `hall` has `put`, `putOrHide`, `at` (lib/places.js) and `timeOfDay(atMs)`; `changedState()` is called when the panel
 * has got other words, which may need other sizes.
 */

import { leaving } from "./scenes.js";
import { begunSecond } from "../lib/format.js";
import { stateNote, stateWord } from "../lib/stage.js";
import { barFraction, forecast, formatRemaining, remainingMs, timeState } from "../lib/timer.js";

const LONGEST_MS = 250;

export function showTimes({ put, putOrHide, at, timeOfDay }, changedState) {
  const timer = document.querySelector(".timer");

  function draw(snapshot, nowMs, sceneName) {
    put("clock", timeOfDay(nowMs));
    if (sceneName === "agenda") {
      drawExpected(nowMs);
    }
    const live = snapshot.live;
    if (!live) {
      drawBreak(false, 0, nowMs);
      return LONGEST_MS;
    }
    const leftMs = remainingMs(live, nowMs);
    drawTimer(live, leftMs, nowMs);
    drawBreak(live.item.kind === "break", leftMs, nowMs);
    const toNextSecondMs = ((leftMs % 1000) + 1000) % 1000;
    return Math.min(LONGEST_MS, toNextSecondMs + 1);
  }

  function drawTimer(live, leftMs, nowMs) {
    if (leaving(timer)) {
      return;
    }
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
      changedState();
    }
    put("note", stateNote(state, live));
    timer.querySelector("[data-bar]").setAttribute("width", (100 * barFraction(live, nowMs)).toFixed(1) + "%");
  }

  function drawBreak(resting, leftMs, nowMs) {
    const until = leftMs > 0 ? "Hội nghị tiếp tục lúc " + timeOfDay(nowMs + leftMs) : "Hội nghị sắp tiếp tục";
    putOrHide("break-left", resting ? formatRemaining(leftMs) : "");
    putOrHide("break-until", resting ? until : "");
  }

  /** Expected times move while a speaker runs over, without any event. */
  function drawExpected(nowMs) {
    const shown = document.getElementById("agenda");
    const expected = forecast(JSON.parse(shown.dataset.order), nowMs).items;
    shown.querySelectorAll("[data-expected-of]").forEach((place) => {
      const times = expected.find((one) => one.id === place.dataset.expectedOf);
      const told = timeOfDay(begunSecond(times.expected_start_at_ms));
      if (place.textContent !== told) {
        place.textContent = told; // writing makes a new text node each time, and this runs four times a second
      }
    });
  }

  return { draw: draw };
}
