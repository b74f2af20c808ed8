import { LANES, type Lane, UrlTable, urlKey } from "@breakwater/suricata";
import type { EnginePaths } from "./engine-paths.ts";
import type { World } from "./generation.ts";

/** The tables that the engine's URL rules look into, one per lane. They act without any command. */
export class UrlTables {
  readonly #tables = new Map<Lane, UrlTable>();

  open(paths: EnginePaths): void {
    for (const lane of LANES) this.#tables.set(lane, UrlTable.open({ path: paths.urlTable(lane) }));
  }

  of(lane: Lane): UrlTable {
    const table = this.#tables.get(lane);
    if (table === undefined) throw new Error(`no URL table for lane ${lane}`);
    return table;
  }

  /** Makes every table hold exactly what the world wants in it. */
  fill({ index, policy }: World): void {
    for (const lane of LANES) {
      const keys = function* () {
        if (!policy.lanes.has(lane)) return;
        for (const { value, filter } of index.members("url")) {
          if (policy.lane(filter) === lane) yield urlKey(value);
        }
      };
      this.of(lane).replaceAll(keys());
      this.of(lane).sync();
    }
  }

  close(): void {
    for (const table of this.#tables.values()) table.close();
    this.#tables.clear();
  }
}
