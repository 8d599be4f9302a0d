/** A short name for a title, in plain letters: whole words, as far as they fit. The server proposes the same. */

const LONGEST = 60;

export function slugOf(title) {
  const plain = title.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/\p{M}/gu, "");
  let slug = "";
  for (const word of plain.match(/[a-z0-9]+/g) || []) {
    const longer = slug ? `${slug}-${word}` : word.slice(0, LONGEST);
    if (longer.length > LONGEST) {
      break;
    }
    slug = longer;
  }
  return slug;
}
