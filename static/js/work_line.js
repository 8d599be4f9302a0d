/**
 * The line of a page that somebody works at: what it shows of the line, and what comes over it.
 *
 *   const live = workLine({ page, clock, refresh, snapshot, rollCall });   // as live.js's; live.lost() too
 *
 * `refresh()` is asked when the line has been away, however shortly, and `rollCall({totals, codes})`, if it is given, whenever attendance has
 * moved; `snapshot(snapshot)`, if it is given, gets the running order.
 */

import { lineState } from "./line_state.js";
import { connectLive } from "./live.js";

const TICK_MS = 500;

export function workLine({ page, clock, refresh, snapshot, rollCall }) {
  const line = lineState({ page: page, clock: clock, changed: () => {} });
  setInterval(line.tick, TICK_MS);
  const live = connectLive({
    conference: page.dataset.conference,
    signedIn: true,
    clock: clock,
    rollCall: Boolean(rollCall),
    on: { snapshot: snapshot || (() => {}), line: line.show, connected: (again) => again && refresh(), rollCall: rollCall },
  });
  return { ...live, lost: line.lost };
}
