/**
 * The fields of a comma-separated line. A field that begins with a double quote ends with one, and
 * `""` inside stands for one; other quotes are plain characters. Undefined: a quote stays open.
 */
export function splitList(line: string): string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*(?=,|$)/.exec(line.slice(at));
    if (quoted === null && /^\s*"/.test(line.slice(at))) return undefined;
    const comma = line.indexOf(",", at);
    const plainEnd = comma < 0 ? line.length : comma;
    const end = quoted === null ? plainEnd : at + quoted[0].length;
    fields.push(quoted?.[1]?.replaceAll('""', '"') ?? line.slice(at, end).trim());
    if (end >= line.length) return fields;
    at = end + 1;
  }
}
