import type { BulkAction } from "@breakwater/protocol";
import type { EntryEdit, NewAssertion, StoredEntry } from "../entries/change-plan.ts";
import { type AssertionState, LOCAL_SOURCE, type Release } from "../entries/entry-state.ts";
import type { SourceKind } from "../entries/source-names.ts";

export type BulkContext = {
  kindOf: (source: string) => SourceKind | undefined;
  /** Who lets held assertions through, and when. */
  release: Release;
};

/** No edits and no reason: it is as wanted already. */
export type BulkEdits = { edits: EntryEdit[]; refused?: string };

/** Feeds and connections would assert it again the next time. */
const WITHDRAWN: ReadonlySet<SourceKind | undefined> = new Set(["local", "import", "web-api"]);

const KEPT_BY_OTHERS = "only feeds or connections assert it, which users cannot withdraw";
const NOT_HELD = "nothing of it is held back";

/** What an action does to one entry. Pure. */
export function bulkEdits(
  action: BulkAction,
  entry: StoredEntry,
  { kindOf, release }: BulkContext,
): BulkEdits {
  switch (action.do) {
    case "delete": {
      const own = entry.assertions.filter(({ source }) => WITHDRAWN.has(kindOf(source)));
      return withdrawals(entry, own, KEPT_BY_OTHERS);
    }
    case "set":
      return { edits: [{ ...keyed(entry, LOCAL_SOURCE), assertion: localOf(action, entry) }] };
    case "release": {
      const held = entry.assertions.filter((one) => one.held !== null);
      if (held.length === 0) return { edits: [], refused: NOT_HELD };
      return {
        edits: held.map((one) => ({ ...keyed(entry, one.source), assertion: one, release })),
      };
    }
    case "discard": {
      const held = entry.assertions.filter((one) => one.held !== null);
      return withdrawals(entry, held, NOT_HELD);
    }
  }
}

function withdrawals(
  entry: StoredEntry,
  gone: readonly AssertionState[],
  otherwise: string,
): BulkEdits {
  if (gone.length === 0) return { edits: [], refused: otherwise };
  return { edits: gone.map(({ source }) => ({ ...keyed(entry, source), assertion: null })) };
}

function keyed({ type, value }: StoredEntry, source: string) {
  return { type, value, source };
}

/** What users said, with what the action says in its place. */
function localOf(
  action: Extract<BulkAction, { do: "set" }>,
  { assertions, state }: StoredEntry,
): NewAssertion {
  const present = assertions.find(({ source }) => source === LOCAL_SOURCE);
  const { severity, scanAction, expires, tags, removeTags = [] } = action;
  const all = Object.entries({ ...present?.tags, ...tags });
  const end = present === undefined ? state.expires : present.expires;
  return {
    severity: severity ?? present?.severity ?? null,
    scanAction: scanAction ?? present?.scanAction ?? null,
    tags: Object.fromEntries(all.filter(([name]) => !removeTags.includes(name))),
    description: present?.description ?? "",
    expires: expires === undefined ? end : expires === null ? null : Date.parse(expires),
  };
}
