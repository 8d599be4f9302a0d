/**
 * The projector's page: what belongs to the document and stays for as long as the window is open. What the picture shows
 * is run by projector/run.js, which may be put up anew, by the script of a later release too.
 */

import { offerFullScreen } from "./full_screen.js";
import { hidePointer } from "./pointer.js";
import { run } from "./projector/run.js";
import { keepAwake } from "./wake_lock.js";

keepAwake();
hidePointer();
offerFullScreen();
run();
