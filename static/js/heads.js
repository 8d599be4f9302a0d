/**
 * The fields of a headcount in any form: one for the total, and the folded ones by group, which the total follows.
 *
 * Works on forms that come later too: it listens at the document and reads what is there.
 */

import { headcountOf, sumOf, totalAfter } from "./lib/heads.js";

const PREFIX = "groups.";
const sums = new WeakMap(); // by form, what its groups summed up to last

function fields(form) {
  return [...form.querySelectorAll('[name^="' + PREFIX + '"]')];
}

/** What was typed by group; `read` takes a field's text, which may be none. */
function groupsOf(form, read) {
  const groups = {};
  fields(form).forEach((field) => {
    const count = Number(read(field).trim());
    if (count > 0) {
      groups[field.name.slice(PREFIX.length)] = count;
    }
  });
  return groups;
}

/** The headcount that a form says: a number, or `{total, groups}`. */
export function headcountIn(form) {
  const groups = groupsOf(form, (field) => field.value);
  const typed = form.headcount.value.trim();
  return headcountOf(typed || !sumOf(groups) ? Number(typed) : sumOf(groups), groups);
}

/** What is wrong with it, as the server would say it; "" when nothing is. */
export function headcountProblem(form) {
  const texts = [form.headcount, ...fields(form)].map((field) => field.value.trim());
  if (!texts.every((text) => /^\d{0,6}$/.test(text))) {
    return "Xin ghi số đại biểu bằng chữ số, ví dụ 14.";
  }
  const sum = sumOf(groupsOf(form, (field) => field.value));
  return texts[0] && Number(texts[0]) < sum
    ? "Tổng số " + Number(texts[0]) + " nhỏ hơn cộng các thành phần (" + sum + "). Xin sửa tổng số hoặc số của từng thành phần."
    : "";
}

/** Writes a headcount back into its form, for what was refused. */
export function fillHeadcount(form, headcount) {
  const told = typeof headcount === "object" ? headcount : { total: headcount, groups: {} };
  form.headcount.value = told.total;
  fields(form).forEach((field) => (field.value = told.groups[field.name.slice(PREFIX.length)] || ""));
  const folded = form.querySelector("[data-groups]");
  if (folded && sumOf(told.groups)) {
    folded.open = true;
  }
}

function sayRest(form) {
  const place = form.querySelector("[data-rest]");
  const sum = sumOf(groupsOf(form, (field) => field.value));
  const rest = (Number(form.headcount.value) || 0) - sum;
  place.textContent = sum && rest > 0 ? "Còn " + rest + " đại biểu chưa ghi thành phần." : "";
}

document.addEventListener("input", (event) => {
  const field = event.target;
  const form = field.form;
  if (!form || !form.querySelector("[data-groups]")) {
    return;
  }
  if (field.name.startsWith(PREFIX)) {
    const before = sums.has(form) ? sums.get(form) : sumOf(groupsOf(form, (one) => one.defaultValue));
    const after = sumOf(groupsOf(form, (one) => one.value));
    sums.set(form, after);
    form.headcount.value = totalAfter(form.headcount.value, before, after) || "";
  }
  if (field === form.headcount || field.name.startsWith(PREFIX)) {
    sayRest(form);
  }
});
