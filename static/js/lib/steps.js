/**
 * From one box to the next in a direction, as an arrow key moves through cells that stand in columns. Pure, no DOM.
 *
 * A box is `{ x, y, w, h }`. Up and down stay in the column while anything of it is there; to the side it is the nearest
 * column, and in it what stands nearest beside. -1 when there is nothing that way.
 */
export function nearest(boxes, at, key) {
  const from = boxes[at];
  const upright = key === "ArrowUp" || key === "ArrowDown";
  const sign = key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1;
  let best = -1;
  let least = Infinity;
  boxes.forEach((box, index) => {
    const across = middle(box.x, box.w) - middle(from.x, from.w);
    const down = middle(box.y, box.h) - middle(from.y, from.h);
    const ahead = sign * (upright ? down : across);
    const aside = Math.abs(upright ? across : down);
    const reached = ahead > (upright ? from.h : from.w) / 2;
    const distance = upright ? (aside < from.w / 2 ? ahead : Infinity) : ahead + SIDE * aside;
    if (reached && distance < least) {
      best = index;
      least = distance;
    }
  });
  return best;
}

/** A column further is nearer than this share of its width further up or down. */
const SIDE = 4;

function middle(start, length) {
  return start + length / 2;
}
