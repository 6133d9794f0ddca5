/** Puts the focus on the first of these elements that there is, once the page shows what has changed. */
export function focusSoon(...ids: string[]): void {
  requestAnimationFrame(() =>
    ids.map((id) => document.getElementById(id)).find((found) => found)?.focus()
  );
}
