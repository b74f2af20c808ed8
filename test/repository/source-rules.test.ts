import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import {
  isTestFile,
  listFiles,
  readText,
  type SourceFile,
  typeScriptFiles,
} from "./source-tree.ts";

// Written in two halves so that this file does not find itself.
const UNFINISHED = new RegExp(
  `\\b(${["TO", "FIX", "XX"].map((w, i) => w + ["DO", "ME", "X"][i]).join("|")})\\b`,
);
const SWITCHED_OFF = /\b(?:describe|it|test|suite)\.(?:skip|only|todo|skipIf|runIf|fails)\b/;
const ENUM = /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w/m;
const SUPPRESSION =
  /@ts-(?:ignore|nocheck)|(?:oxlint|eslint)-disable(?!-next-line [\w/-]+ -- )|biome-ignor[e]/;
/** A test may state that a call does not compile. */
const EXPECTED_TYPE_ERROR = /@ts-expect-error/;
/** Production files above this hold a second idea. */
const LONGEST_FILE = 300;

function findings(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) => {
    const match = pattern.exec(text);
    if (match === null) return [];
    const line = text.slice(0, match.index).split("\n").length;
    return [`${path}:${line} ${match[0].trim()}`];
  });
}

const files = typeScriptFiles();

describe("source files", () => {
  it("leave nothing for later", () => {
    expect(findings(files, UNFINISHED)).toEqual([]);
  });

  it("run every test", () => {
    expect(findings(files, SWITCHED_OFF)).toEqual([]);
  });

  it("have no enums", () => {
    expect(findings(files, ENUM)).toEqual([]);
  });

  it("suppress a check only on one line and with its reason", () => {
    const product = files.filter(({ path }) => !isTestFile(path));
    expect(findings(files, SUPPRESSION)).toEqual([]);
    expect(findings(product, EXPECTED_TYPE_ERROR)).toEqual([]);
  });

  it("stay short enough to hold one idea", () => {
    const long = files
      .filter(({ path }) => !isTestFile(path))
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > LONGEST_FILE);
    expect(long).toEqual([]);
  });
});

describe("file names", () => {
  const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|test-helper|d|config))*\.ts$/;
  const component = /^(?:[A-Z][A-Za-z0-9]*|[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.test)?\.tsx$/;

  it("are kebab-case, React components PascalCase", () => {
    const odd = files
      .map(({ path }) => path)
      .filter((path) => !(path.endsWith(".tsx") ? component : kebab).test(basename(path)));
    expect(odd).toEqual([]);
  });
});

describe("everything that is committed", () => {
  const text =
    /\.(?:ts|tsx|mjs|md|json|jsonc|sql|lua|sh|html|css|svg|ya?ml|txt|csv)$|(?:^|\/)[^.]+$/;
  const committed = ["apps", "bench", "docs", "packages", "samples", "scripts", "test"].flatMap(
    (folder) => listFiles(folder, (path) => text.test(path)),
  );

  it("names no path of one person's machine", () => {
    const personal = new RegExp(["/wo" + "rk/", "/ho" + "me/[a-z]", "/Us" + "ers/[a-z]"].join("|"));
    const sources = committed.map((path) => ({ path, text: readText(path) }));
    expect(findings(sources, personal)).toEqual([]);
  });

  it("holds no private key", () => {
    const key = new RegExp("-----BEGIN (?:[A-Z]+ )?PRIVATE " + "KEY-----\\s+[A-Za-z0-9+/=]{20}");
    const sources = committed.map((path) => ({ path, text: readText(path) }));
    expect(findings(sources, key)).toEqual([]);
  });
});
