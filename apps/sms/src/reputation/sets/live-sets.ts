import type { SetId } from "@breakwater/protocol";
import type { Executor } from "../../database.ts";
import type { ExceptionIndex } from "../exceptions/exception-index.ts";
import { LiveExceptions } from "../exceptions/live-exceptions.ts";
import { compileSelection, type Selection } from "./selection.ts";
import { followedSets, type SetRow, setDefinition } from "./set-store.ts";

export type LiveSet = SetRow & { select: Selection };

/** Compiled filters by set id. A set's filters never change; exceptions are read when they do. */
export class LiveSets {
  readonly #compiled = new Map<SetId, ReturnType<typeof compileSelection>>();
  readonly #exceptions = new LiveExceptions();

  /** Every set that follows changes, as the transaction sees it. */
  async current(db: Executor): Promise<LiveSet[]> {
    return this.under(db, await this.#exceptions.current(db));
  }

  /** The same as it would be with these exceptions. */
  async under(db: Executor, exceptions: ExceptionIndex): Promise<LiveSet[]> {
    const sets: LiveSet[] = [];
    for (const row of await followedSets(db)) {
      sets.push({ ...row, select: (await this.#filtersOf(db, row.set))(exceptions) });
    }
    return sets;
  }

  exceptions(db: Executor): Promise<ExceptionIndex> {
    return this.#exceptions.current(db);
  }

  async selection(db: Executor, id: SetId): Promise<Selection> {
    return (await this.#filtersOf(db, id))(await this.#exceptions.current(db));
  }

  async #filtersOf(db: Executor, id: SetId): Promise<ReturnType<typeof compileSelection>> {
    return this.#compiled.get(id) ?? (await this.#compile(db, id));
  }

  async #compile(db: Executor, id: SetId): Promise<ReturnType<typeof compileSelection>> {
    const definition = await setDefinition(db, id);
    if (definition === undefined) throw new Error(`reputation set ${id} does not exist`);
    const compiled = compileSelection(definition);
    this.#compiled.set(id, compiled);
    return compiled;
  }
}
