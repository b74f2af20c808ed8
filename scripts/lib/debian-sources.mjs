import { existsSync, readdirSync, readFileSync } from "node:fs";

/**
 * The machine's own package sources, read so that we can ask the same archive, with the same key, for
 * its backports: never a host of our choosing.
 *
 * @typedef {{ uri: string, suites: string[], components: string[], options: Record<string, string> }} Source
 */

const IGNORED_FIELDS = new Set(["types", "uris", "suites", "components", "enabled"]);

/**
 * Reads a deb822 `.sources` file.
 *
 * @param {string} text
 * @returns {Source[]}
 */
export function parseDeb822(text) {
  return text
    .replace(/^#.*\n/gm, "")
    .split(/\n[ \t]*\n/)
    .map(parseStanza)
    .filter(
      (fields) =>
        words(fields.types).includes("deb") && !/^(no|false|0)$/i.test(fields.enabled ?? ""),
    )
    .flatMap((fields) =>
      words(fields.uris).map((uri) => ({
        uri,
        suites: words(fields.suites),
        components: words(fields.components),
        options: Object.fromEntries(
          Object.entries(fields).filter(([name]) => !IGNORED_FIELDS.has(name)),
        ),
      })),
    );
}

/**
 * A field goes on over lines that start with a blank, as inline keys do.
 *
 * @param {string} stanza
 */
function parseStanza(stanza) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const line of stanza.replace(/\n(?=[ \t])/g, "\u0000").split("\n")) {
    const [, name, value] = /^([A-Za-z0-9-]+):([^]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    fields[name.toLowerCase()] = value.replaceAll("\u0000", "\n").trim();
  }
  return fields;
}

/** @param {string | undefined} text */
const words = (text) => (text ?? "").split(/\s+/).filter((word) => word !== "");

const ONE_LINE = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/;

/**
 * Reads a one-line `.list` file.
 *
 * @param {string} text
 * @returns {Source[]}
 */
export function parseOneLine(text) {
  return text.split("\n").flatMap((line) => {
    const [match, given, uri = "", suite = "", components] = ONE_LINE.exec(line) ?? [];
    if (match === undefined) return [];
    const options = words(given).map((option) => {
      const [name = "", ...value] = option.split("=");
      return [
        FIELD_OF_OPTION[name.toLowerCase()] ?? name.toLowerCase(),
        value.join("=").replaceAll(",", " "),
      ];
    });
    return [
      {
        uri,
        suites: [suite],
        components: words(components),
        options: Object.fromEntries(options),
      },
    ];
  });
}

/**
 * One-line options whose deb822 field has another name.
 *
 * @type {Record<string, string>}
 */
const FIELD_OF_OPTION = { arch: "architectures", lang: "languages", target: "targets" };

/** All sources apt is configured with. */
export function machineSources(folder = "/etc/apt") {
  const parts = `${folder}/sources.list.d`;
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  const files = [`${folder}/sources.list`, ...names.map((name) => `${parts}/${name}`)];
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const text = readFileSync(file, "utf8");
      if (file.endsWith(".sources")) return parseDeb822(text);
      return file.endsWith(".list") ? parseOneLine(text) : [];
    });
}

/**
 * A source list with one release, its updates, its security fixes and its backports, and nothing else.
 *
 * @param {readonly Source[]} sources
 * @param {string} codename of the release, such as `bookworm`
 * @returns {string | undefined} text of a deb822 file; undefined when the machine names no archive
 */
export function backportsList(sources, codename) {
  const offers = (/** @type {string} */ suite) =>
    sources.find((source) => source.suites.includes(suite) && source.components.includes("main"));
  const archive = offers(codename);
  if (archive === undefined) return undefined;
  const security = offers(`${codename}-security`);
  const suites = [codename, `${codename}-backports`];
  const updates = offers(`${codename}-updates`);
  if (updates?.uri === archive.uri) suites.push(`${codename}-updates`);
  const stanzas = [stanzaOf(archive, suites)];
  if (security !== undefined) stanzas.push(stanzaOf(security, [`${codename}-security`]));
  return stanzas.join("\n");
}

/** @param {Source} source @param {string[]} suites */
function stanzaOf(source, suites) {
  const options = Object.entries(source.options).map(([name, value]) => `${name}: ${value}\n`);
  return `types: deb\nuris: ${source.uri}\nsuites: ${suites.join(" ")}\ncomponents: main\n${options.join("")}`;
}
