/** A room's maket on its screen: it stays bright, the pointer goes when it rests, one key fills the screen. */

import { offerFullScreen } from "./full_screen.js";
import { hidePointer } from "./pointer.js";
import { keepAwake } from "./wake_lock.js";

offerFullScreen();
hidePointer();
keepAwake();
