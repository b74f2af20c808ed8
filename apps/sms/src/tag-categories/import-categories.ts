import { randomUUID } from "node:crypto";
import { transaction } from "@breakwater/postgres";
import {
  AppError,
  NewTagCategory,
  TagCategoryId,
  type TagCategoryImport,
} from "@breakwater/protocol";
import { foldCase } from "@breakwater/reputation-set";
import type { Actor } from "../audit.ts";
import type { Tx } from "../database.ts";
import { changedContent, newContent, type TagCategoryDeps } from "./change-categories.ts";
import { type CategoryDraft, readCategoryFile } from "./read-category-file.ts";
import {
  type CategoryContent,
  insertCategory,
  listCategories,
  lockCategories,
  type StoredCategory,
  updateCategory,
} from "./store.ts";

export type ImportRequest = { content: string; dryRun: boolean; by: Actor };

type Known = Map<string, StoredCategory>;
type Outcome =
  | { kind: "added" | "changed" | "unchanged"; category: StoredCategory }
  | { kind: "rejected"; reason: string; remedy: string };

/**
 * Adds and changes categories as a file says, in one transaction; those that cannot be are named, the
 * others take effect. What the file does not have stays. A dry run answers the same and changes nothing.
 */
export async function importCategories(
  deps: TagCategoryDeps,
  { content, dryRun, by }: ImportRequest,
): Promise<TagCategoryImport> {
  const drafts = readCategoryFile(content);
  return transaction(deps.db, async (tx) => {
    await lockCategories(tx);
    const known: Known = new Map(
      (await listCategories(tx)).map((one) => [foldCase(one.name), one]),
    );
    const done: TagCategoryImport = { added: [], changed: [], unchanged: [], rejected: [] };
    const seen = new Set<string>();
    for (const draft of drafts) {
      const outcome = await planned(tx, deps, draft, known, seen);
      if (outcome.kind === "rejected") {
        const { reason, remedy } = outcome;
        done.rejected.push({ name: String(draft["name"]).slice(0, 255), reason, remedy });
        continue;
      }
      const { kind, category } = outcome;
      done[kind].push(category.name);
      known.set(foldCase(category.name), category);
      if (kind === "added" && !dryRun) await insertCategory(tx, category.id, category);
      if (kind === "changed" && !dryRun) await updateCategory(tx, category.id, category);
    }
    const { added, changed } = done;
    if (!dryRun && added.length + changed.length > 0) {
      const object = `${added.length + changed.length} tag categories`;
      await deps.audit(tx, {
        by,
        action: "tag-category.import",
        object,
        after: { added, changed },
      });
    }
    return done;
  });
}

async function planned(
  tx: Tx,
  deps: TagCategoryDeps,
  draft: CategoryDraft,
  known: Known,
  seen: Set<string>,
): Promise<Outcome> {
  const parsed = NewTagCategory.safeParse(draft);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join(".") ?? "";
    return rejected(`${field}: ${issue?.message ?? "it is malformed"}`, "Correct it in the file");
  }
  const given = parsed.data;
  const key = foldCase(given.name);
  if (seen.has(key)) return rejected("the file has it twice", "Leave one of them out");
  seen.add(key);
  try {
    return await outcomeOf(tx, deps, given, known);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const [detail] = error.details;
    return rejected(detail?.reason ?? error.message, detail?.remedy ?? "Correct it in the file");
  }
}

async function outcomeOf(
  tx: Tx,
  deps: TagCategoryDeps,
  given: NewTagCategory,
  known: Known,
): Promise<Outcome> {
  const before = known.get(foldCase(given.name));
  const all = [...known.values()];
  if (before === undefined) {
    const id = TagCategoryId.parse(randomUUID());
    return { kind: "added", category: { id, predefined: false, ...newContent(given, all) } };
  }
  if (before.kind !== given.kind) {
    const reason = `it is of kind ${before.kind} here, and a kind cannot change`;
    return rejected(reason, "Give the category in the file another name");
  }
  const { kind: _, ...rest } = given;
  const flags = { several: rest.several ?? false, otherValues: rest.otherValues ?? false };
  const change = { ...rest, ...flags, name: before.name };
  const after = await changedContent(tx, deps, { before, change, known: all });
  const category = { ...before, ...after };
  return { kind: isSame(before, after) ? "unchanged" : "changed", category };
}

function isSame(before: StoredCategory, after: CategoryContent): boolean {
  const { id: _, predefined: _p, ...content } = before;
  const keys = Object.keys(content) as (keyof CategoryContent)[];
  return keys.every((key) => JSON.stringify(content[key]) === JSON.stringify(after[key]));
}

function rejected(reason: string, remedy: string): Outcome {
  return { kind: "rejected", reason, remedy };
}
