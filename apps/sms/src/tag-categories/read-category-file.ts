import { AppError, messageOf } from "@breakwater/protocol";
import { z } from "zod";
import { type CategoryDraft, readXml } from "./read-xml.ts";

export type { CategoryDraft };

/** The same limit as that of the JSON file. */
const MOST_CATEGORIES = 1_000;
const Drafts = z.strictObject({
  tagCategories: z.array(z.record(z.string(), z.unknown())),
});

/** The categories of a file of either format, each still to be checked. Throws AppError. */
export function readCategoryFile(content: string): CategoryDraft[] {
  const text = content.replace(/^\uFEFF/, "").trim();
  const drafts = text.startsWith("<") ? readXml(text) : readJson(text);
  if (drafts.length <= MOST_CATEGORIES) return drafts;
  const reason = `there are ${drafts.length} tag categories, more than ${MOST_CATEGORIES}`;
  throw malformed(reason, "Send several files");
}

function readJson(text: string): CategoryDraft[] {
  const parsed = Drafts.safeParse(parse(text));
  if (parsed.success) return parsed.data.tagCategories;
  const shape = '{ "tagCategories": [ … ] }';
  throw malformed(`it is not of the form ${shape}`, "Send a file as the export writes it");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(
      `it is neither XML nor JSON (${messageOf(error)})`,
      "Send a file of one of these",
    );
  }
}

function malformed(reason: string, remedy: string): AppError {
  return new AppError("InvalidRequest", `content: ${reason}. ${remedy}.`, {
    details: [{ field: "content", reason, remedy }],
  });
}
