import type { SetId } from "@breakwater/protocol";
import type { Executor } from "../../database.ts";
import { compileSelection, type Selection } from "./selection.ts";
import { setFilters } from "./set-store.ts";

/** Compiled filters by set id. A set's filters never change, so nothing here goes stale. */
export class LiveSets {
  readonly #compiled = new Map<SetId, Selection>();

  async selection(db: Executor, id: SetId): Promise<Selection> {
    const known = this.#compiled.get(id);
    if (known !== undefined) return known;
    const filters = await setFilters(db, id);
    if (filters === undefined) throw new Error(`reputation set ${id} does not exist`);
    const compiled = compileSelection(filters);
    this.#compiled.set(id, compiled);
    return compiled;
  }
}
