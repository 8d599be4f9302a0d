/**
 * A press that comes while the answer to another one is under way waits for it, as htmx would drop it without a word.
 *
 *   const hold = attachHold({ on(), labelOf(button), press(form, button) });
 *   hold(form, button)     // true: it waits
 *
 * It goes out with what the answer brought if the same item is on (`on()`) and the same button still says and does the
 * same, and soon; else the page says that it was not carried out. After a press that failed the others are forgotten, as
 * the words about the failure ask for a look at the screen. Forms of the panel are left to htmx: they outlive the answer.
 */

import { notify } from "../notice.js";

const LONGEST_MS = 3000; // later nobody expects it any more
const ONE_AT_A_TIME = '[hx-sync^="#console"]';
const NEW_EACH_TIME = ["csrf_token", "command_id", "expected_version"];

export function attachHold({ on, labelOf, press }) {
  const underWay = new Set();
  let waiting = []; // { doing, label, untilMs }

  /** What a press of that button would do, the same for the same thing in a console that came later. */
  function doing(form, button) {
    const own = [...form.querySelectorAll("input, select, textarea")];
    const fields = own.filter((field) => !NEW_EACH_TIME.includes(field.name) && (field.type !== "radio" || field.checked));
    return JSON.stringify([form.action, on(), labelOf(button), button.value, fields.map((field) => [field.name, field.value])]);
  }

  function hold(form, button) {
    if (underWay.size === 0 || !button || !form.matches(ONE_AT_A_TIME) || form.closest("#drawer")) {
      return false;
    }
    waiting.push({ doing: doing(form, button), label: labelOf(button), untilMs: performance.now() + LONGEST_MS });
    return true;
  }

  function next() {
    const first = underWay.size === 0 && waiting.shift();
    if (!first) {
      return;
    }
    const buttons = [...document.querySelectorAll(`form${ONE_AT_A_TIME} button:not([disabled])`)];
    const button = performance.now() < first.untilMs && buttons.find((one) => doing(one.form, one) === first.doing);
    if (button) {
      press(button.form, button);
    } else {
      waiting = [];
      notify(`“${first.label}” chưa được thực hiện, vì chương trình vừa đổi. Xin xem lại rồi bấm lại.`);
    }
  }

  const ofPress = ({ detail }) => detail.requestConfig.verb !== "get" && detail.requestConfig.elt.matches(ONE_AT_A_TIME);

  document.addEventListener("htmx:beforeSend", (event) => {
    if (!ofPress(event)) {
      return;
    }
    const { xhr } = event.detail;
    underWay.add(xhr);
    // Its own end, after htmx has swapped: htmx tells nobody of a failure when the pressed button is gone meanwhile.
    xhr.addEventListener("loadend", () => {
      underWay.delete(xhr);
      if (xhr.status < 200 || xhr.status >= 400) {
        waiting = [];
      }
      next();
    });
  });
  return hold;
}
