/** The model's short labels for the database's ids, tokens and paths. */
import type { Account, Body, Requester } from "./commands.ts";
import type { Row } from "./row.ts";

export interface People {
  byName: Record<Requester, { id: string | null; email: string }>;
  /** By their ids and by what vision_board.requester() makes of them. */
  names: Map<string, string>;
}

export const bodies: Record<Body, { goals: string[]; theme: string }> = {
  run: { goals: ["Run"], theme: "light" },
  swim: { goals: ["Swim"], theme: "light" },
  "run, dark": { goals: ["Run"], theme: "dark" },
};

/** The name of a request, or the request itself if it is none of these. */
export const bodyName = (goals: string[], theme: string): Body => {
  const body = Object.entries(bodies).find(([, body]) =>
    body.theme === theme && JSON.stringify(body.goals) === JSON.stringify(goals)
  );
  return (body?.[0] ?? JSON.stringify({ goals, theme })) as Body;
};

interface Request<Job> {
  job: Job;
  who: string;
  key: string | null;
  at: number;
  expiresAt: number;
  goneAt: number | null;
}

/** What the tables hold; times are seconds since the start. */
export interface Tables {
  rows: Row[];
  requests: Request<number>[];
  objects: { path: string; removableAt: number }[];
}

/** The tables as pg_temp.tables returns them. */
export interface RawTables {
  rows: (Omit<Row, "job" | "body"> & { job: string; goals: string[]; theme: string })[] | null;
  requests: Request<string>[] | null;
  objects: Tables["objects"] | null;
}

/** An id that nothing has. */
const unknown = "00000000-0000-4000-8000-000000000000";

/** Both directions: jobs `1`, tokens `1.2`, paths `1.2.jpg`. */
export class Labels {
  private reals = new Map<string, string>();
  private labels = new Map<string, string>();
  private jobs = 0;

  constructor(private people: People) {}

  addJob(id: string) {
    this.add(`${++this.jobs}`, id);
  }

  addAttempt(job: number, attempt: number, token: string) {
    const label = `${job}.${attempt}`;
    this.add(label, token);
    this.add(`${label}.jpg`, `${this.real(job)}/${token}.jpg`);
  }

  private add(label: string, real: string) {
    this.reals.set(label, real);
    this.labels.set(real, label);
  }

  real = (label: string | number): string => this.reals.get(`${label}`) ?? unknown;

  /** What has no label stays as it is. */
  label = <T extends string | null>(real: T): T => (this.labels.get(real ?? "") ?? real) as T;

  job = (id: string): number => Number(this.label(id));

  relabel(tables: RawTables): Tables {
    const { rows, requests, objects } = tables;
    return {
      rows: (rows ?? []).map(({ goals, theme, ...row }) => ({
        ...row,
        job: this.job(row.job),
        body: bodyName(goals, theme),
        owner: (this.people.names.get(row.owner ?? "") ?? row.owner) as Account | null,
        token: this.label(row.token),
        path: this.label(row.path),
      })).sort((a, b) => a.job - b.job),
      requests: (requests ?? []).map((request) => ({
        ...request,
        job: this.job(request.job),
        who: this.people.names.get(request.who) ?? request.who,
      })).sort((a, b) => a.job - b.job),
      objects: (objects ?? []).map((object) => ({
        ...object,
        path: this.label(object.path),
      })).sort((a, b) => a.path < b.path ? -1 : 1),
    };
  }
}
