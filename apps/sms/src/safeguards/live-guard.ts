import { compileSafeguards } from "@breakwater/safeguards";
import type { Executor } from "../database.ts";
import type { Guard } from "../reputation/index.ts";
import { loadSettings, settingsRevision } from "./store.ts";

/** The safeguards as they are set, compiled again when they have changed. */
export class LiveGuard {
  #revision = -1;
  #guard: Guard = () => undefined;

  /**
   * As the transaction sees them: the very same function as long as nothing has changed. Not for a
   * transaction that changes the settings itself, and may be undone.
   */
  async current(db: Executor): Promise<Guard> {
    const revision = await settingsRevision(db);
    if (revision === this.#revision) return this.#guard;
    const check = compileSafeguards(await loadSettings(db));
    const guard: Guard = ({ type, value }) => check(type, value);
    if (revision < this.#revision) return guard;
    this.#revision = revision;
    this.#guard = guard;
    return guard;
  }
}
