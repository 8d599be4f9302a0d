/**
 * The speaker's monitor: what belongs to the document and stays for as long as the window is open. The rest is run by
 * monitor/run.js, which may be put up anew for another conference.
 */

import { offerFullScreen } from "./full_screen.js";
import { run } from "./monitor/run.js";
import { hidePointer } from "./pointer.js";
import { keepAwake } from "./wake_lock.js";

keepAwake();
hidePointer();
offerFullScreen();
run();
