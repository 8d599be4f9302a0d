/**
 * The check-ins that the server has refused: they stay on the page, with why and what to do, until somebody has done it.
 *
 *   const refusals = showRefusals({ queue, page, timeOfDay, fill })
 *   refusals.draw()
 *
 * `fill(entry, problem)` puts a check-in back into its form.
 */

import { totalOf } from "../lib/heads.js";
import { whatToDo } from "../lib/refusal.js";

export function showRefusals({ queue, page, timeOfDay, fill }) {
  const list = document.querySelector("[data-refusals]");
  const pattern = list.querySelector("li");
  const hasTelephone = Boolean(document.querySelector("[data-call]"));
  list.removeChild(pattern);

  function draw() {
    const refused = queue.refusals();
    const ids = refused.map((one) => one.entry.check_in_id).join(" ");
    list.hidden = !refused.length;
    if (list.dataset.ids === ids) {
      return;
    }
    list.dataset.ids = ids;
    list.textContent = "";
    refused.forEach((one) => list.appendChild(item(one)));
  }

  function item({ entry, refused }) {
    const row = pattern.cloneNode(true);
    const write = (name, text) => (row.querySelector('[data-refusal="' + name + '"]').textContent = text);
    const mends = refused.code === "invalid_input";
    write("what", "Chưa được ghi: " + said(entry));
    write("why", refused.message);
    write("do", whatToDo(refused.code, hasTelephone));
    row.querySelector('[data-refusal="code"]').hidden = refused.code !== "forbidden";
    const again = row.querySelector("[data-again]");
    again.textContent = mends ? "Sửa" : "Gửi lại";
    again.addEventListener("click", () => (mends ? fill(entry, refused.message) : queue.again(entry.check_in_id)));
    row.querySelector("[data-dismiss]").addEventListener("click", () => queue.dismiss(entry.check_in_id));
    return row;
  }

  function said(entry) {
    const total = totalOf(entry.headcount);
    const heads = total ? ", " + total + " đại biểu" : "";
    const word = entry.status === "absent" ? "vắng, " + entry.reason : "có mặt" + heads;
    return nameOf(entry.code) + word + ", bấm lúc " + timeOfDay(entry.happened_at_ms);
  }

  /** A district has many rooms to speak of. */
  function nameOf(code) {
    const row = code !== page.code && document.querySelector('[data-room="' + code + '"] .communes__n');
    return row ? row.firstChild.textContent.trim() + " " : "";
  }

  return { draw: draw };
}
