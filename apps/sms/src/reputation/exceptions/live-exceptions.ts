import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import { ExceptionIndex } from "./exception-index.ts";
import { liveExceptions } from "./store.ts";

/** Moves with every exception that is made, changed or ended. */
export const EXCEPTION_COUNTER = "reputation-exceptions";

/** The exceptions that hold, read again when they have changed. */
export class LiveExceptions {
  #revision = -1;
  #index = new ExceptionIndex([]);

  /** As the transaction sees them; not for one that changes exceptions itself, and may be undone. */
  async current(db: Executor): Promise<ExceptionIndex> {
    const revision = await exceptionRevision(db);
    if (revision === this.#revision) return this.#index;
    const index = new ExceptionIndex(await liveExceptions(db));
    // Read in an older snapshot, it is of no use to others.
    if (revision > this.#revision) {
      this.#revision = revision;
      this.#index = index;
    }
    return index;
  }
}

async function exceptionRevision(db: Executor): Promise<number> {
  const { rows } = await sql<{ value: number }>`
    select value from counter where name = ${EXCEPTION_COUNTER}`.execute(db);
  return rows[0]?.value ?? 0;
}
