/**
 * Whether Enter was pressed to enter, and not to choose the words of an input method. Safari ends its
 * composition before the key that ended it: 229 is all that is left to see of it.
 */
export const isEnter = (event: KeyboardEvent): boolean =>
  event.key === "Enter" && !event.isComposing && event.keyCode !== 229;
