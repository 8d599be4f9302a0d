/**
 * Text into the box that it has: the first of the steps at which nothing overflows. For the style sheet `data-fit` is that
 * step, and `data-past` lists the steps from 1 up to it, so that a rule can hold from one on ([data-past~="3"]).
 *
 * Measured are the element and what in it is marked `data-box`. When even the last step is too small it stays: the style
 * sheet cuts there, visibly, at the box's edge.
 */
export function fit(element, steps) {
  const boxes = [element, ...element.querySelectorAll("[data-box]")];
  const past = [];
  for (let step = 0; step <= steps; step += 1) {
    if (step > 0) {
      past.push(step);
    }
    element.dataset.fit = String(step);
    element.dataset.past = past.join(" ");
    if (!boxes.some(overflows)) {
      return step;
    }
  }
  return steps;
}

/** A pixel of slack: at odd sizes of a picture boxes are rounded apart from their contents. */
function overflows(box) {
  return box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
}

/** Every element of `root` that says how many steps it has (`data-steps`). The last first: what a foot leaves is for those above. */
export function fitAll(root) {
  Array.from(root.querySelectorAll("[data-steps]"))
    .reverse()
    .forEach((element) => fit(element, Number(element.dataset.steps)));
}
