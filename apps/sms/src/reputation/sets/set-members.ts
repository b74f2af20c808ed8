import type { EntryType, SetMember } from "@breakwater/protocol";
import { TYPE_CODES } from "@breakwater/reputation-set";
import { type RawBuilder, sql } from "kysely";
import type { Executor } from "../../database.ts";
import { sourceNames } from "../entries/source-names.ts";
import { loadEntries } from "../entries/store.ts";
import type { ExceptionIndex } from "../exceptions/exception-index.ts";
import { selectionSql } from "./criteria-sql.ts";
import { compileSelection } from "./selection.ts";
import type { SetDefinition } from "./set-store.ts";

const PAGE = 20_000;

type MemberRow = { value: string; filter: number };

/**
 * Everything that `definition` selects, in the order of `TYPE_CODES` and of the values' bytes. The
 * database applies the filters; exceptions are applied here. One page is in memory at a time. Read
 * it in one repeatable-read transaction.
 */
export async function* setMembers(
  db: Executor,
  definition: SetDefinition,
  exceptions: ExceptionIndex,
): AsyncGenerator<SetMember[]> {
  const filter = selectionSql(definition.filters);
  for (const type of TYPE_CODES) {
    for await (const rows of pagesOf(db, type, filter)) {
      const members = rows.map((row) => ({ type, ...row }));
      yield exceptions.isEmpty ? members : await withoutLifted(db, definition, exceptions, members);
    }
  }
}

async function* pagesOf(
  db: Executor,
  type: EntryType,
  filter: RawBuilder<unknown>,
): AsyncGenerator<MemberRow[]> {
  let last: string | undefined = "";
  while (last !== undefined) {
    const { rows }: { rows: MemberRow[] } = await sql<MemberRow>`
      select value, filter from (
        select e.value, ${filter} as filter from reputation_entry e
        where e.type = ${type} and e.value > ${last} order by e.value
      ) selected where filter is not null limit ${PAGE}`.execute(db);
    yield rows;
    last = rows.length < PAGE ? undefined : rows.at(-1)?.value;
  }
}

async function withoutLifted(
  db: Executor,
  definition: SetDefinition,
  exceptions: ExceptionIndex,
  members: readonly SetMember[],
): Promise<SetMember[]> {
  const kept: SetMember[] = [];
  /** Another filter may take what an exception takes from this one. */
  const again: SetMember[] = [];
  for (const member of members) {
    const lifted = exceptions.liftedFrom(definition.profile, member.type, member.value);
    if (lifted === "all") continue;
    if (lifted?.has(member.filter) === true) again.push(member);
    else kept.push(member);
  }
  if (again.length === 0) return kept;
  const select = compileSelection(definition)(exceptions);
  const entries = await loadEntries(db, again, await sourceNames(db));
  for (const { type, value, state } of entries.values()) {
    const filter = select({ type, value, ...state });
    if (filter !== undefined) kept.push({ type, value, filter });
  }
  return kept.toSorted((left, right) => (left.value < right.value ? -1 : 1));
}
