import { begin as beginCanvas } from "./canvas";
import { forgetCorner } from "./cards";
import { forgetSums } from "./paths";

export { allocate, mark, release } from "./canvas";
export { linear, radial, veil } from "./gradients";
export { fill } from "./paths";
export { cornerBytes, corners, shadow } from "./cards";
export { picture } from "./pictures";
export { jpeg } from "./jpeg";

/** Begins an empty picture, and returns where its pixels are. Everything of the one before is gone. */
export function begin(width: i32, height: i32): usize {
  forgetCorner();
  forgetSums();
  return beginCanvas(width, height);
}
