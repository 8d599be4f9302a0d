/** The page of all projectors: follows what they report, while a code is being typed beside. */

import "./drawer.js";
import { clockFromPage } from "./lib/clock.js";
import "./notice.js";
import { followProjectors } from "./projectors.js";
import { workLine } from "./work_line.js";

const NUMBERS_MS = 10000; // lags and errors of clocks, of which nobody is told

const page = document.querySelector("[data-projectors]");
const clock = clockFromPage(Number(page.dataset.now));
const projectors = followProjectors(clock, "projectors");
const refresh = () => projectors.refresh();

setInterval(refresh, NUMBERS_MS);
const live = workLine({ page: page, clock: clock, refresh: refresh, snapshot: refresh });
live.listen("projectors_changed", refresh);
live.listen("technical_changed", refresh); // also of the conference's stage, on which pairing stands
