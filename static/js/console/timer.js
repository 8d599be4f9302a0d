/** The big clock of a working page, told anew from the facts of the live item: digits, due time, bar, state. */

import { barFraction, formatRemaining, remainingMs, timeState } from "../lib/timer.js";
import { setText } from "../line_state.js";

/** `order` is what stands in the page's `data-order`, with something live; `hourMinute` writes an instant in its zone. */
export function tickTimer(page, order, nowMs, hourMinute) {
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
