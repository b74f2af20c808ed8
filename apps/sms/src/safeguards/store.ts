import { DEFAULT_SAFEGUARD_SETTINGS, type EntryId, SafeguardSettings } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText, likeLiteral } from "../database.ts";
import type { EntryKey, StoredHold } from "../reputation/index.ts";

/** Moves with every change of the settings. */
export const SAFEGUARD_COUNTER = "safeguards";

export async function settingsRevision(db: Executor): Promise<number> {
  const { rows } = await sql<{ value: number }>`
    select value from counter where name = ${SAFEGUARD_COUNTER}`.execute(db);
  return rows[0]?.value ?? 0;
}

type StoredSettings = { lists?: object };

/** What an older version did not know has its default. */
export async function loadSettings(db: Executor): Promise<SafeguardSettings> {
  const { rows } = await sql<{ settings: StoredSettings }>`
    select settings from safeguard_settings`.execute(db);
  const stored = rows[0]?.settings;
  const lists = { ...DEFAULT_SAFEGUARD_SETTINGS.lists, ...stored?.lists };
  return SafeguardSettings.parse({ ...DEFAULT_SAFEGUARD_SETTINGS, ...stored, lists });
}

export async function saveSettings(db: Executor, settings: SafeguardSettings): Promise<void> {
  await sql`
    insert into safeguard_settings (settings) values (${jsonText(settings)}::jsonb)
    on conflict (only_one) do update set settings = excluded.settings`.execute(db);
}

export type HeldRow = EntryKey & { id: EntryId; source: string; hold: StoredHold };

export type HeldQuery = { q?: string | undefined; source?: string | undefined };

/** Of up to `limit` entries, every assertion that is held; newest entries first, before `before`. */
export async function listHeld(
  db: Executor,
  { q, source }: HeldQuery,
  before: string | undefined,
  limit: number,
): Promise<HeldRow[]> {
  // The index on sources finds numbers, but not whether one is negative.
  const holding = await holdingSources(db);
  const words =
    q === undefined || q.trim() === ""
      ? sql`true`
      : sql`e.value ilike ${`%${likeLiteral(q.trim())}%`}`;
  const of = source === undefined ? sql`true` : sql`s.name = ${source}`;
  const { rows } = await sql<HeldRow>`
    select e.id::text as id, e.type, e.value, s.name as source, a.one -> 'held' as hold
    from (select e.* from reputation_entry e
      where e.sources && ${holding}::integer[] and ${words}
        and ${before === undefined ? sql`true` : sql`e.id < ${before}::bigint`}
        and (${source === undefined} or exists (select 1 from reputation_source s
          where ${of} and -s.id = any (e.sources)))
      order by e.id desc limit ${limit}) e
    cross join lateral jsonb_array_elements(e.assertions) as a (one)
    join reputation_source s on s.id = (a.one ->> 's')::integer
    where a.one ? 'held' and ${of}
    order by e.id desc, s.name`.execute(db);
  return rows;
}

/** As entries name them where they are held back: with a minus sign. */
async function holdingSources(db: Executor): Promise<number[]> {
  const { rows } = await sql<{ source: number }>`
    select -value::integer as source from reputation_tally
    where dimension = 'source-held' and entries > 0`.execute(db);
  return rows.map(({ source }) => source);
}

export async function countHeld(db: Executor): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(entries), 0)::bigint as n from reputation_tally
    where dimension = 'source-held' and entries > 0`.execute(db);
  return rows[0]?.n ?? 0;
}
