/**
 * How many people are in a room, typed as a total and, where somebody likes, by group as well.
 *
 * A headcount on its way is what the API takes: a number, or `{total, groups}` once a group is told.
 */

/** What the total is to be once the groups sum up to `after` instead of `before`: it follows them, unless somebody has
 * typed a larger one, in which some people belong to no group. `typed` is the field's text. */
export function totalAfter(typed, before, after) {
  const total = Number(typed) || 0;
  return total <= before || total < after ? after : total;
}

export function sumOf(groups) {
  return Object.keys(groups).reduce((sum, name) => sum + groups[name], 0);
}

export function headcountOf(total, groups) {
  return Object.keys(groups).length ? { total: total, groups: groups } : total;
}

export function totalOf(headcount) {
  return typeof headcount === "object" ? headcount.total : headcount;
}
