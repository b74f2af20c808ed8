import { type Criteria, DEFAULT_ACTION_SETS, type ReputationFilter } from "@breakwater/protocol";
import { selectFilter } from "@breakwater/reputation-set";
import type { Executor } from "../database.ts";
import { entryPages } from "../reputation/index.ts";

const EXAMPLES = 10;

export type PreviewRequest = {
  criteria: Criteria;
  untaggedEntries: boolean;
  taggedEntries: boolean;
};

/** How many entries of any type a filter would take, with a few of them. */
export async function previewCriteria(
  db: Executor,
  request: PreviewRequest,
): Promise<{ matches: number; examples: string[] }> {
  const [actionSet] = DEFAULT_ACTION_SETS;
  const filter: ReputationFilter = {
    ...request,
    number: 1,
    name: "preview",
    state: "enabled",
    locked: false,
    actionSet,
    types: { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true },
  };
  let matches = 0;
  const examples: string[] = [];
  for await (const page of entryPages(db)) {
    for (const entry of page) {
      if (selectFilter([filter], entry) === undefined) continue;
      matches += 1;
      if (examples.length < EXAMPLES) examples.push(entry.value);
    }
  }
  return { matches, examples };
}
