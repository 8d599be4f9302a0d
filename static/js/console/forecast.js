/** The expected times of the console's rows and of the end, written from a forecast: nothing here reads a clock. */

import { setText } from "../line_state.js";
import { begunSecond, roundedText, signedMinutes, slipText } from "../lib/format.js";

/** `expected` is what lib/timer.js answers; `hourMinute` writes an instant at the venue. */
export function showForecast(page, order, expected, hourMinute) {
  const timeOfDay = (atMs) => hourMinute(begunSecond(atMs));
  expected.items.forEach((times, index) => {
    const row = document.getElementById(`row-${times.id}`);
    const state = row && row.dataset.itemState;
    if (state === "live" || state === "paused" || state === "pending") {
      setText(row.querySelector("[data-expected-till]"), timeOfDay(times.expected_end_at_ms));
    }
    if (state === "pending") {
      showPending(page, row, times, order.items[index], timeOfDay);
    }
  });
  setText(page.querySelector("[data-expected-end]"), timeOfDay(expected.forecast.expected_end_at_ms));
  setText(page.querySelector("[data-slip]"), slipText(expected.forecast.offset_ms));
}

function showPending(page, row, times, item, timeOfDay) {
  setText(row.querySelector("[data-expected]"), timeOfDay(times.expected_start_at_ms));
  setText(page.querySelector(`[data-expected-of="${times.id}"]`), timeOfDay(times.expected_start_at_ms));
  if (row.dataset.plannedStart) {
    setText(row.querySelector("[data-row-slip]"), signedMinutes(times.expected_start_at_ms - row.dataset.plannedStart));
  }
  const note = row.querySelector("[data-shortened]");
  if (note) {
    const lengthMs = times.expected_end_at_ms - times.expected_start_at_ms;
    note.hidden = lengthMs >= item.planned_ms;
    setText(note.querySelector("[data-shortened-to]"), roundedText(lengthMs));
  }
}
