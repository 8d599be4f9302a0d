/**
 * Timer arithmetic in whole milliseconds: what is left, what state the clock is in, when each item is expected.
 *
 * The same rules as giaoban/domain/timer.py and forecast; tests/cases/timer.json holds both to one set of cases.
 * Nothing here reads a clock: `nowMs` is always the server's time, handed in by the caller. Property names are those
 * of the JSON face (snake_case, `_ms` a duration, `_at_ms` an instant).
 */

const WARNING_MS = 120000;
const DANGER_MS = 30000;

/** Kinds whose end is not called out: nobody is to be asked to conclude during a break or a discussion. */
const WITHOUT_DANGER = ["break", "discussion"];

/** Time left of the live item at `nowMs`; negative once it runs over. A paused item stands still. */
export function remainingMs(live, nowMs) {
  const untilMs = live.paused_at_ms == null ? nowMs : live.paused_at_ms;
  const runningMs = Math.max(0, untilMs - live.started_at_ms - live.paused_total_ms);
  return live.planned_ms + live.added_ms - runningMs;
}

/** One of normal, warning, danger, over, paused. */
export function timeState(live, kind, nowMs) {
  if (live.paused_at_ms != null) {
    return "paused";
  }
  const leftMs = remainingMs(live, nowMs);
  if (leftMs < 0) {
    return "over";
  }
  if (leftMs <= DANGER_MS && WITHOUT_DANGER.indexOf(kind) < 0) {
    return "danger";
  }
  return leftMs <= WARNING_MS ? "warning" : "normal";
}

/** What is called out while such a part runs: `{state, ms}` with the time left at which it begins, the latest last. */
export function rungs(kind) {
  const all = [
    { state: "warning", ms: WARNING_MS },
    { state: "danger", ms: DANGER_MS },
    { state: "over", ms: 0 },
  ];
  return all.filter((one) => one.state !== "danger" || WITHOUT_DANGER.indexOf(kind) < 0);
}

/**
 * "06:24" left, "+01:14" over. What is left is rounded up, so that "00:01" stands until the very end; what is over is
 * rounded down, so that the count starts at "+00:00". Minutes go past 59: "75:00".
 */
export function formatRemaining(ms) {
  const over = ms < 0;
  const seconds = over ? Math.floor(-ms / 1000) : Math.ceil(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return (over ? "+" : "") + pad(minutes) + ":" + pad(seconds % 60);
}

/** The part of the item's time still left, 0 to 1: the width of the bar. */
export function barFraction(live, nowMs) {
  const totalMs = live.planned_ms + live.added_ms;
  if (totalMs <= 0) {
    return 0;
  }
  return Math.min(1, Math.max(0, remainingMs(live, nowMs) / totalMs));
}

/**
 * How long a pending item is expected to last when it starts at `startMs`: as planned, but a late break that has a least
 * length (`min_ms`) makes up for its delay, down to that length. `planned_start_at_ms` null: not in the plan.
 */
export function expectedLengthMs(item, startMs) {
  if (item.kind !== "break" || item.min_ms == null || item.planned_start_at_ms == null) {
    return item.planned_ms;
  }
  const lateMs = Math.max(0, startMs - item.planned_start_at_ms);
  return Math.min(item.planned_ms, Math.max(item.min_ms, item.planned_ms - lateMs));
}

/**
 * Expected times of every item at `nowMs`, and the end of the whole.
 *
 * `order` is what GET running-order answers, with `starts_at_ms` of the conference added. Done items keep what was,
 * skipped ones have null; the live item ends at now + what is left (at least now), as if a pause ended now; pending
 * ones follow each other by position, never before their `not_before_at_ms`, late breaks shortened. With nothing live the first pending one
 * starts now, or at `starts_at_ms` while the conference has not begun.
 *
 * Answers `{items: [{id, expected_start_at_ms, expected_end_at_ms}], forecast: {planned_end_at_ms,
 * expected_end_at_ms, offset_ms}}`; a positive offset is late. The planned end is the server's, because the plan is
 * frozen there at the first start.
 */
export function forecast(order, nowMs) {
  const begun = order.items.some((item) => item.started_at_ms != null);
  let cursorMs = begun ? nowMs : Math.max(nowMs, order.starts_at_ms);
  if (order.live) {
    cursorMs = nowMs + Math.max(0, remainingMs(order.live, nowMs));
  }
  let lastEndMs = null;
  const items = byPosition(order.items).map((item) => {
    let startMs = null;
    let endMs = null;
    if (order.live && item.id === order.live.item_id) {
      startMs = order.live.started_at_ms;
      endMs = nowMs + Math.max(0, remainingMs(order.live, nowMs));
    } else if (item.state === "done") {
      startMs = item.started_at_ms;
      endMs = item.ended_at_ms;
    } else if (item.state === "pending") {
      startMs = item.not_before_at_ms == null ? cursorMs : Math.max(cursorMs, item.not_before_at_ms);
      endMs = startMs + expectedLengthMs(item, startMs);
      cursorMs = endMs;
    }
    if (endMs != null && (lastEndMs == null || endMs > lastEndMs)) {
      lastEndMs = endMs;
    }
    return { id: item.id, expected_start_at_ms: startMs, expected_end_at_ms: endMs };
  });
  const plannedEndMs = order.forecast.planned_end_at_ms;
  if (lastEndMs == null) {
    lastEndMs = plannedEndMs; // nothing to do and nothing done: the plan stands
  }
  const offsetMs = lastEndMs - plannedEndMs;
  return {
    items: items,
    forecast: { planned_end_at_ms: plannedEndMs, expected_end_at_ms: lastEndMs, offset_ms: offsetMs },
  };
}

function byPosition(items) {
  return items.slice().sort((a, b) => a.position - b.position);
}

function pad(number) {
  return number < 10 ? "0" + number : String(number);
}
