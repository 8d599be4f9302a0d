/** How the stage looks: names on `<html>` that looks.css knows. Those that a page does not have are nothing to it. */

const NAMES = ["tone", "ornament", "overtime"];

export function wearLooks(looks, root = document.documentElement) {
  for (const name of NAMES) {
    if (name in root.dataset && looks[name]) {
      root.dataset[name] = looks[name];
    }
  }
}
