/**
 * What stands between a finger and a command: a new id for each press, and two presses where one would end early.
 *
 *   const presses = attachPresses({ locked(form), leftMs(), on() });
 *
 * `locked(form)`: whether that form may not be sent now; `leftMs()`: what is left of the item that is on, negative once
 * it runs over, or null; `on()`: that item's id, or null. A press while another is under way waits for it (hold.js), and
 * `presses.again(button)` is one more press of a button that is disabled for that time. A form with `data-ends-early` ends it: with more than a minute left the first press only arms
 * its button, for three seconds. `presses.disarm()` takes that back; `presses.swapped()` carries it over to the same
 * button of a console that came in between, as other people's doings must not cost a second press.
 */

import { newId } from "../lib/ids.js";
import { formatRemaining } from "../lib/timer.js";
import { setText } from "../line_state.js";
import { attachHold } from "./hold.js";

const ARM_ABOVE_MS = 60000;
const ARMED_MS = 3000;

export function attachPresses({ locked, leftMs, on }) {
  let disarm = null;
  let armed = null; // { id, label, untilMs } of the button that waits for its second press
  let released = false; // it had its second press, if it needed one, before it had to wait
  const hold = attachHold({ on: on, labelOf: labelOf, press: release });

  function labelOf(button) {
    const label = button.querySelector("[data-label]");
    return armed && armed.id === button.id ? armed.label : button.getAttribute("aria-label") || (label || button).textContent.trim();
  }

  function release(form, button) {
    released = true;
    form.requestSubmit(button);
    released = false;
  }

  // A new id for each press: the same form pressed twice on purpose is two commands.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.formData.has("command_id")) {
      event.detail.formData.set("command_id", newId());
    }
  });

  /** Ending an item with more than a minute left takes two presses within three seconds. */
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (locked(form)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      const left = leftMs();
      const button = form.querySelector("button");
      const endsEarly = form.hasAttribute("data-ends-early") && left !== null && left > ARM_ABOVE_MS;
      if (released) {
        return;
      }
      if (endsEarly && !button.hasAttribute("data-armed")) {
        arm(button, left, ARMED_MS);
      } else if (!hold(form, event.submitter)) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true
  );

  // A double click is a habit, not a second thought: its second half confirms nothing.
  document.addEventListener(
    "click",
    (event) => {
      if (event.detail === 2 && event.target.closest("[data-armed]")) {
        event.preventDefault();
      }
    },
    true
  );

  function arm(button, left, forMs) {
    if (disarm) {
      disarm();
    }
    const label = button.querySelector("[data-label]");
    const detail = button.querySelector("[data-detail]"); // the Go button alone has room for one
    const words = [label.textContent, detail && detail.textContent];
    const rest = `mục này còn ${formatRemaining(left)}`;
    button.setAttribute("data-armed", "");
    label.textContent = button.dataset.again;
    if (detail) {
      detail.textContent = `${words[0]}; ${rest}`;
    }
    setText(document.getElementById("spoken"), `${button.dataset.again}: ${words[0]}; ${rest}`);
    armed = { id: button.id, label: words[0], untilMs: performance.now() + forMs };
    const timer = setTimeout(() => disarm && disarm(), forMs);
    disarm = () => {
      clearTimeout(timer);
      disarm = null;
      armed = null;
      button.removeAttribute("data-armed");
      label.textContent = words[0];
      if (detail) {
        detail.textContent = words[1];
      }
      setText(document.getElementById("spoken"), "");
    };
  }

  function swapped() {
    if (armed === null) {
      return;
    }
    const { id, label, untilMs } = armed;
    disarm();
    const button = document.getElementById(id);
    const left = leftMs();
    if (button && left !== null && button.querySelector("[data-label]").textContent === label) {
      arm(button, left, Math.max(0, untilMs - performance.now()));
    }
  }

  return { disarm: () => disarm && disarm(), swapped: swapped, again: (button) => hold(button.form, button) };
}
