import { AppError, type Facet, type Lookup, type reputationApi } from "@breakwater/protocol";
import { recogniseValue } from "../lib/recognise-value.ts";
import { found } from "./accounts-handlers.ts";
import { addEntry } from "./add-entries.ts";
import { entryDetail, entryView } from "./entry-view.ts";
import { matchQuery } from "./match-query.ts";
import { covers } from "./mock-covers.ts";
import type { Handlers } from "./mock-server.ts";
import { pageOfRows } from "./page-of-rows.ts";
import { OWN_SOURCE, type SmsState } from "./sms-state.ts";

/** The reputation database over memory. */
export function reputationHandlers(state: SmsState): Handlers<typeof reputationApi> {
  const entry = (id: string) =>
    found(
      state.entries.find((one) => one.id === id),
      "object",
    );
  const search = (q: string | undefined) =>
    state.entries.map((one) => entryView(one, state)).filter(matchQuery(q));
  return {
    "GET /api/v1/reputation/entries": async ({ query }) => pageOfRows(search(query.q), query),
    "POST /api/v1/reputation/entries": async ({ body }) => ({
      outcomes: body.entries.map((one) => addEntry(state, one)),
    }),
    "POST /api/v1/reputation/entries/delete": async ({ body }) => remove(state, body.ids),
    "GET /api/v1/reputation/entries/{id}": async ({ params }) =>
      entryDetail(entry(params.id), state),
    "DELETE /api/v1/reputation/entries/{id}": async ({ params }) => {
      remove(state, [entry(params.id).id]);
      return undefined;
    },
    "GET /api/v1/reputation/facets": async ({ query }) => facetsOf(search(query.q)),
    "GET /api/v1/reputation/entries.csv": async ({ query }) => ({
      filename: "entries.csv",
      rows: search(query.q).map((one) => ({
        type: one.type,
        value: one.value,
        severity: one.severity,
        scanAction: one.scanAction,
        sources: one.sources.join(", "),
        state: one.enforcement.state,
        profile: one.filter?.profile ?? null,
        filter: one.filter?.name ?? null,
        added: one.created,
        lastModified: one.lastModified,
        expires: one.expires,
        tags: JSON.stringify(one.tags),
      })),
    }),
    "GET /api/v1/reputation/lookup": async ({ query }) => lookUp(state, query.value),
  };
}

function lookUp(state: SmsState, text: string): Lookup {
  const known = recogniseValue(text);
  if (known === undefined)
    throw new AppError("InvalidRequest", "This is no address, range, domain, URL or hash.");
  const entries = state.entries
    .filter((one) => covers(one, known))
    .map((one) => entryView(one, state));
  return {
    ...known,
    decision: entries.length === 0 ? "passed" : "blocked",
    explanation:
      entries.length === 0
        ? "No entry covers it: it passes."
        : "It is blocked all the same, by what reaches it.",
    entries,
    exceptions: [],
  };
}

/** Withdraws what users assert; entries that nobody asserts go. */
function remove(state: SmsState, ids: readonly string[]) {
  let deleted = 0;
  let keptByOtherSources = 0;
  for (const entry of state.entries.filter(({ id }) => ids.includes(id))) {
    entry.sources = entry.sources.filter((source) => source !== OWN_SOURCE);
    if (entry.sources.length > 0) keptByOtherSources += 1;
    else deleted += 1;
  }
  state.entries = state.entries.filter(({ sources }) => sources.length > 0);
  return { deleted, keptByOtherSources };
}

function facetsOf(rows: readonly ReturnType<typeof entryView>[]): {
  total: { value: number; exact: boolean };
  facets: Facet[];
} {
  const count = (values: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts]
      .map(([value, sum]) => ({ value, count: sum, exact: true }))
      .toSorted((a, b) => b.count - a.count);
  };
  return {
    total: { value: rows.length, exact: true },
    facets: [
      { field: "type", values: count(rows.map(({ type }) => type)) },
      { field: "severity", values: count(rows.map(({ severity }) => severity ?? "none")) },
      { field: "state", values: count(rows.map(({ enforcement }) => enforcement.state)) },
      { field: "source", values: count(rows.flatMap(({ sources }) => sources)) },
      { field: "action", values: count(rows.map(({ scanAction }) => scanAction ?? "none")) },
      { field: "tag", values: count(rows.flatMap(({ tags }) => Object.keys(tags))) },
    ],
  };
}
