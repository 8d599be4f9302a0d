/** What is new among tickets that wait for somebody. Pure, no DOM. */

/** Those of the ids `now` that were not among `before`, in their order. */
export function arrived(before, now) {
  return now.filter((id) => !before.includes(id));
}

/** The page's title with how many wait in front: seen on a tab that is behind others. */
export function headline(title, waiting) {
  return waiting ? `(${waiting}) ${title}` : title;
}
