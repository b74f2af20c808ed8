import type { NewTagCategory } from "@breakwater/protocol";
import { XML_KINDS } from "./xml-vocabulary.ts";

/** Tag categories as the XML file that docs/tag-categories.md describes. */
export function writeXml(categories: readonly NewTagCategory[]): string {
  const elements = categories.map(categoryXml).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<tagCategories>\n${elements}</tagCategories>\n`;
}

function categoryXml(category: NewTagCategory): string {
  const { name, kind, description, values = [], several, otherValues, min, max } = category;
  const attributes = Object.entries({
    name,
    type: XML_KINDS[kind],
    several: several === true ? "true" : undefined,
    otherValues: otherValues === true ? "true" : undefined,
    min,
    max,
  })
    .filter(([, value]) => value !== undefined)
    .map(([attribute, value]) => ` ${attribute}="${escaped(String(value))}"`)
    .join("");
  const children = [
    ...(description === "" ? [] : [`    <description>${escaped(description)}</description>\n`]),
    ...values.map((value) => `    <value>${escaped(value)}</value>\n`),
  ].join("");
  return children === ""
    ? `  <tagCategory${attributes}/>\n`
    : `  <tagCategory${attributes}>\n${children}  </tagCategory>\n`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
