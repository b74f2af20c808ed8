import { AppError } from "@breakwater/protocol";
import { SaxesParser, type SaxesTagPlain } from "saxes";
import { XML_KINDS } from "./xml-vocabulary.ts";

const MOST_ELEMENTS = 200_000;
const PATHS = new Set([
  "tagCategories",
  "tagCategories/tagCategory",
  "tagCategories/tagCategory/description",
  "tagCategories/tagCategory/value",
]);
const ATTRIBUTES = new Set(["name", "type", "several", "otherValues", "min", "max"]);

/** A category as a file says it, before it is checked. */
export type CategoryDraft = Record<string, unknown>;

/**
 * Reads the XML file that docs/tag-categories.md describes. It knows the elements that the format has and
 * no document type, so nothing in a file can expand or point elsewhere. Throws AppError with the line.
 */
export function readXml(text: string): CategoryDraft[] {
  const parser = new SaxesParser({ xmlns: false });
  const drafts: CategoryDraft[] = [];
  const path: string[] = [];
  let content = "";
  let elements = 0;
  parser.on("error", (error) => fail(parser, error.message.replace(/^\d+:\d+: /, "")));
  parser.on("doctype", () => fail(parser, "a document type is not allowed"));
  parser.on("opentag", (tag) => {
    path.push(tag.name);
    elements += 1;
    if (elements > MOST_ELEMENTS) fail(parser, `there are more than ${MOST_ELEMENTS} elements`);
    if (!PATHS.has(path.join("/"))) fail(parser, `<${tag.name}> is not expected here`);
    if (path.length === 2) drafts.push(draftOf(parser, tag));
    content = "";
  });
  parser.on("text", (part) => {
    content += part;
    if (path.length < 3 && part.trim() !== "") fail(parser, "there is text between the elements");
  });
  parser.on("cdata", (part) => {
    content += part;
  });
  parser.on("closetag", ({ name }) => {
    path.pop();
    const draft = drafts.at(-1);
    if (path.length === 2 && draft !== undefined) note(draft, name, content.trim());
  });
  parser.write(text).close();
  return drafts;
}

function draftOf(parser: SaxesParser, { attributes }: SaxesTagPlain): CategoryDraft {
  const unknown = Object.keys(attributes).find((name) => !ATTRIBUTES.has(name));
  if (unknown !== undefined) fail(parser, `a tag category has no attribute "${unknown}"`);
  const { name, type, several, otherValues, min, max } = attributes;
  const kind = Object.entries(XML_KINDS).find(([, word]) => word === type)?.[0];
  return {
    name: name ?? "",
    kind: kind ?? type ?? "",
    ...(several === undefined ? {} : { several: truth(several) }),
    ...(otherValues === undefined ? {} : { otherValues: truth(otherValues) }),
    ...(min === undefined ? {} : { min: number(min) }),
    ...(max === undefined ? {} : { max: number(max) }),
  };
}

/** What is neither stays as it is, and is refused with the category's name. */
function truth(text: string): boolean | string {
  return text === "true" || (text === "false" ? false : text);
}

function number(text: string): number | string {
  return /^[+-]?\d+$/.test(text) ? Number(text) : text;
}

function note(draft: CategoryDraft, element: string, content: string): void {
  if (element === "description") draft["description"] = content;
  else draft["values"] = [...((draft["values"] as string[] | undefined) ?? []), content];
}

function fail(parser: SaxesParser, reason: string): never {
  const remedy = "Send a file as the export writes it";
  const message = `content: line ${parser.line}: ${reason}. ${remedy}.`;
  throw new AppError("InvalidRequest", message, {
    details: [{ field: `content.line.${parser.line}`, reason, remedy }],
  });
}
