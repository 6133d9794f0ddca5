// deno-lint-ignore-file no-explicit-any
export const assert: any;
export const assertEquals: any;
export const assertNotEquals: any;
export const assertExists: any;
export const assertMatch: any;
export const assertNotMatch: any;
export const assertObjectMatch: any;
export const assertStringIncludes: any;
export const assertGreater: any;
export const assertLess: any;
export const assertRejects: any;
export const assertThrows: any;
