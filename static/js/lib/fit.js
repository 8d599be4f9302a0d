/**
 * Text into the box that it has: the first of the steps at which nothing overflows, in `data-fit` for the style sheet.
 * When even the last one is too small it stays: the style sheet cuts there, visibly, at the box's edge.
 */
export function fit(element, steps) {
  for (let step = 0; step <= steps; step += 1) {
    element.dataset.fit = String(step);
    // A pixel of slack: at odd sizes of a picture boxes are rounded apart from their contents.
    if (element.scrollHeight <= element.clientHeight + 1 && element.scrollWidth <= element.clientWidth + 1) {
      return step;
    }
  }
  return steps;
}
