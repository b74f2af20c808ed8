import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import { LOCAL_SOURCE } from "./entry-state.ts";

export type SourceKind = "local" | "web-api" | "import" | "feed" | "connection";

/** Names of sources by number, and numbers by name, as they are at one moment. */
export class SourceNames {
  readonly #names: ReadonlyMap<number, string>;
  readonly #ids: ReadonlyMap<string, number>;

  constructor(rows: readonly { id: number; name: string }[]) {
    this.#names = new Map(rows.map(({ id, name }) => [id, name]));
    this.#ids = new Map(rows.map(({ id, name }) => [name, id]));
  }

  nameOf(id: number): string {
    return this.#names.get(id) ?? `source ${id}`;
  }

  has(name: string): boolean {
    return this.#ids.has(name);
  }

  findId(name: string): number | undefined {
    return this.#ids.get(name);
  }

  idOf(name: string): number {
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`the source ${name} is not known`);
    return id;
  }

  get all(): readonly string[] {
    return [...this.#ids.keys()];
  }
}

export async function sourceNames(db: Executor): Promise<SourceNames> {
  const { rows } = await sql<{ id: number; name: string }>`
    select id, name from reputation_source`.execute(db);
  return new SourceNames(rows);
}

/** The same with every one of `names`; those that are new are stored. */
export async function ensureSources(
  db: Executor,
  names: ReadonlySet<string>,
): Promise<SourceNames> {
  const known = await sourceNames(db);
  const missing = [...names].filter((name) => !known.has(name));
  if (missing.length === 0) return known;
  for (const name of missing) await ensureSource(db, name, kindOf(name));
  return sourceNames(db);
}

export async function sourceKind(db: Executor, name: string): Promise<SourceKind | undefined> {
  const { rows } = await sql<{ kind: SourceKind }>`
    select kind from reputation_source where name = ${name}`.execute(db);
  return rows[0]?.kind;
}

/** By name. */
export async function sourceKinds(db: Executor): Promise<Map<string, SourceKind>> {
  const { rows } = await sql<{ name: string; kind: SourceKind }>`
    select name, kind from reputation_source`.execute(db);
  return new Map(rows.map(({ name, kind }) => [name, kind]));
}

/** Stores a source unless there is one of that name; answers its number. */
export async function ensureSource(db: Executor, name: string, kind: SourceKind): Promise<number> {
  await sql`
    insert into reputation_source (name, kind) values (${name}, ${kind})
    on conflict (name) do nothing`.execute(db);
  const { rows } = await sql<{ id: number }>`
    select id from reputation_source where name = ${name}`.execute(db);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error(`the source ${name} was not stored`);
  return id;
}

/** For sources that nobody stored beforehand; feeds and imports store theirs with their kind. */
function kindOf(name: string): SourceKind {
  if (name === LOCAL_SOURCE) return "local";
  if (name === "Web API" || name.startsWith("Web API: ")) return "web-api";
  return name.startsWith("Trend Vision One (") ? "connection" : "import";
}
