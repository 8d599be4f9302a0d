/** The full-screen title, run by title_card/run.js, which may be put up anew for another conference. */

import { run } from "./title_card/run.js";

run();
