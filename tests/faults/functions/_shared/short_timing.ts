import type { Timing } from "../../../../supabase/functions/_shared/timing.ts";

/**
 * The product's times, about thirty times shorter and in the same order, so that leases run out and
 * retries come in seconds of real time. But for these, and for drawing, the functions are what is deployed.
 */
export const shortTiming: Timing = {
  call: 2,
  picture: 2,
  pictures: 2.5,
  attempt: 3,
  delivery: 4,
  lease: 5,
  publish: 1,
  retry: 0.25,
  silence: 7,
  sweep: 5,
};
