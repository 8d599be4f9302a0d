/** The page of all projectors: follows what they report, while a code is being typed beside. */

import "./drawer.js";
import { clockFromPage } from "./lib/clock.js";
import { lineState } from "./line_state.js";
import { connectLive } from "./live.js";
import "./notice.js";
import { followProjectors } from "./projectors.js";

const BEAT_MS = 4000;
const NUMBERS_MS = 10000; // lags and errors of clocks, of which nobody is told
const TICK_MS = 500;

const page = document.querySelector("[data-projectors]");
const clock = clockFromPage(Number(page.dataset.now));
const projectors = followProjectors(clock, "projectors");
const line = lineState({ page: page, clock: clock, changed: (lost) => lost || projectors.refresh() });

setInterval(line.tick, TICK_MS);
setInterval(() => projectors.refresh(), NUMBERS_MS);
const live = connectLive({
  conference: page.dataset.conference,
  signedIn: true,
  clock: clock,
  beatMs: BEAT_MS,
  on: {
    snapshot: () => projectors.refresh(),
    line: line.show,
  },
});
live.listen("projectors_changed", () => projectors.refresh());
live.listen("technical_changed", () => projectors.refresh()); // also of the conference's stage, on which pairing stands
