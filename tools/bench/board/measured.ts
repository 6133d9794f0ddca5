/**
 * What the process and its main thread have spent so far, from Linux's own books:
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export interface Spent {
  /** Milliseconds of the main thread, which is what hosted Edge Functions count; to 10 ms. */
  cpu: number;
  /** The most memory that was resident at once, in MB. */
  memory: number;
}

export function spent(): Spent {
  const stat = Deno.readTextFileSync("/proc/thread-self/stat").split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(stat[11]) + Number(stat[12]); // user and system, of 1/100 s
  const status = Deno.readTextFileSync("/proc/self/status");
  return { cpu: ticks * 10, memory: Number(status.match(/VmHWM:\s+(\d+)/)?.[1]) / 1024 };
}

/** Says what this process cost, as one line of JSON, and how large its picture became. */
export function tell(bytes: Uint8Array): void {
  console.log(JSON.stringify({ ...spent(), bytes: bytes.length }));
}
