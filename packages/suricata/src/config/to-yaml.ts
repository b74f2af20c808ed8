export type Yaml =
  | string
  | number
  | boolean
  | readonly Yaml[]
  | { readonly [key: string]: Yaml | undefined };

/** YAML 1.1 in block style, as Suricata reads it: yes and no, strings quoted unless plain. */
export function toYaml(value: { readonly [key: string]: Yaml | undefined }): string {
  return `%YAML 1.1\n---\n${renderMap(value, 0)}`;
}

function renderMap(map: { readonly [key: string]: Yaml | undefined }, depth: number): string {
  const indent = "  ".repeat(depth);
  return Object.entries(map)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${indent}${key}:${renderValue(value ?? "", depth)}`)
    .join("");
}

function renderValue(value: Yaml, depth: number): string {
  if (isList(value)) return value.length === 0 ? " []\n" : `\n${renderList(value, depth + 1)}`;
  if (typeof value === "object") return `\n${renderMap(value, depth + 1)}`;
  return ` ${renderScalar(value)}\n`;
}

function renderList(list: readonly Yaml[], depth: number): string {
  const indent = "  ".repeat(depth);
  return list
    .map((item) => {
      if (typeof item !== "object" || isList(item)) return `${indent}-${renderValue(item, depth)}`;
      return `${indent}- ${renderMap(item, depth + 1).trimStart()}`;
    })
    .join("");
}

function renderScalar(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return String(value);
  return /^[A-Za-z/][A-Za-z0-9_./-]*$/.test(value) ? value : JSON.stringify(value);
}

function isList(value: Yaml): value is readonly Yaml[] {
  return Array.isArray(value);
}
