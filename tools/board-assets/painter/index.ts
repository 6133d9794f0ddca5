export { allocate, begin, mark, release } from "./canvas";
export { linear, radial, veil } from "./gradients";
export { fill, forget } from "./paths";
export { cornerBytes, corners, shadow } from "./cards";
export { picture } from "./pictures";
export { jpeg } from "./jpeg";
