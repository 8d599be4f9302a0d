/** The lower third, run by lower_third/run.js, which may be put up anew for another conference. */

import { run } from "./lower_third/run.js";

run();
