/** When a room's turn comes, from the facts that its page has. Pure, no DOM; times are the server's, in ms. */

import { forecast, remainingMs } from "./timer.js";

/**
 * `{phase, item, at_ms, before}` of the room's part that is on or comes first, or null. `phase` is speaking, next
 * (nothing else is to begin before it) or later; `before` counts the parts that are to begin before it.
 *
 * `order` is the last running order that was fetched, with `starts_at_ms` of the conference, or null; the snapshot is
 * newer and wins.
 */
export function turnOf(code, snapshot, order, nowMs) {
  const live = snapshot.live;
  if (live && live.item.endpoint_code === code) {
    return { phase: "speaking", item: live.item, at_ms: live.started_at_ms, before: 0 };
  }
  const coming = snapshot.next.findIndex((item) => item.endpoint_code === code);
  if (coming === 0) {
    return { phase: "next", item: snapshot.next[0], at_ms: nextStartMs(snapshot, nowMs), before: 0 };
  }
  if (order) {
    const pending = order.items.filter((item) => item.state === "pending" && !(live && item.id === live.item_id));
    const index = pending.findIndex((item) => item.endpoint_code === code);
    if (index >= 0) {
      const times = forecast(order, nowMs).items.find((one) => one.id === pending[index].id);
      return { phase: "later", item: pending[index], at_ms: times.expected_start_at_ms, before: Math.max(1, index) };
    }
  }
  if (coming > 0) {
    const item = snapshot.next[coming];
    return { phase: "later", item: item, at_ms: item.expected_start_at_ms, before: coming };
  }
  return null;
}

/**
 * About which parts those rooms are asked whether they are ready, as "item@room item@room", or "": of the next two, each
 * room about one, and never the room that speaks.
 */
export function askedAbout(rooms, snapshot) {
  const not = [null, undefined, snapshot.live && snapshot.live.item.endpoint_code];
  const asked = snapshot.next.filter((item) => !not.includes(item.endpoint_code) && not.push(item.endpoint_code));
  return asked
    .filter((item) => rooms.includes(item.endpoint_code))
    .map((item) => item.id + "@" + item.endpoint_code)
    .join(" ");
}

/** When the first part to come is expected to begin: the live one's end moves on while it runs over. */
function nextStartMs(snapshot, nowMs) {
  const item = snapshot.next[0];
  const freeMs = snapshot.live
    ? nowMs + Math.max(0, remainingMs(snapshot.live, nowMs))
    : Math.max(nowMs, item.expected_start_at_ms);
  return item.not_before_at_ms == null ? freeMs : Math.max(freeMs, item.not_before_at_ms);
}
