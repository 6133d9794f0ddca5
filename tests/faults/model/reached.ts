/** Counts what was reached. */
import type { Call } from "./calls.ts";
import { cases } from "./cases.ts";
import type { Said } from "./state.ts";

export class Reached {
  sequences = 0;
  operations = 0;
  private times = new Map<string, number>();

  count({ call }: Call, said: Said) {
    this.operations++;
    for (const outcome of said.cases) {
      const key = `${call}: ${outcome}`;
      this.times.set(key, (this.times.get(key) ?? 0) + 1);
    }
  }

  /** For the docs: in the order of cases.ts, after the totals. */
  table() {
    return [
      { operation: "sequences", outcome: "", times: this.sequences },
      { operation: "operations", outcome: "", times: this.operations },
      ...cases.map((row) => ({ ...row, times: this.times.get(key(row)) ?? 0 })),
    ];
  }

  missing(): string[] {
    return cases.map(key).filter((key) => !this.times.has(key));
  }
}

const key = (row: { operation: string; outcome: string }) => `${row.operation}: ${row.outcome}`;
