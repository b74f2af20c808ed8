import { describe, expect, it } from "vitest";
import { importsOf, importViolations } from "./import-rules.ts";
import { typeScriptFiles } from "./source-tree.ts";

describe("who may import whom", () => {
  it("holds in every source file", () => {
    const files = typeScriptFiles();
    expect(files.length).toBeGreaterThan(30);
    expect(files.flatMap(importViolations)).toEqual([]);
  });
});

describe("the reader of imports", () => {
  it("sees every form and no comment", () => {
    const source = `import { a } from "./a.ts";
import type { B } from "./b.ts";
import "./c.css";
export * from "./d.ts";
export { e } from "./e.ts";
import {
  f,
  g,
} from "./f.ts";
const h = await import("./h.ts");
// import { no } from "./no.ts";
/* import { never } from "./never.ts"; */
export const text = "from nowhere";
`;
    expect(importsOf(source)).toEqual([
      "./a.ts",
      "./b.ts",
      "./c.css",
      "./d.ts",
      "./e.ts",
      "./f.ts",
      "./h.ts",
    ]);
  });
});

describe("the rules refuse", () => {
  const refused: [path: string, specifier: string, reason: RegExp][] = [
    ["packages/protocol/src/x.ts", "node:fs", /zod only/],
    ["packages/protocol/src/x.ts", "@breakwater/platform", /may not use platform/],
    ["packages/platform/src/x.ts", "@breakwater/sms", /may not use sms/],
    ["packages/pki/src/x.ts", "kysely", /no database/],
    ["packages/pki/src/x.ts", "fastify", /packages\/platform/],
    ["apps/sms/src/x.ts", "@breakwater/hub", /may not use hub/],
    ["apps/sms/src/x.ts", "@breakwater/client/http", /index only/],
    ["apps/sms/src/x.ts", "../../hub/src/x.ts", /by its package name/],
    ["apps/sms/src/x.ts", "./y", /extension/],
    ["apps/sms/src/x.ts", "./y.test-helper.ts", /tests only/],
    ["apps/sms/src/x.ts", "@breakwater/testkit", /tests only/],
    ["apps/sms/src/x.ts", "@breakwater/postgres/testing", /tests only/],
    ["apps/sms/src/context.ts", "./devices/store.ts", /outside a feature/],
    ["apps/sms/src/events/store.ts", "../devices/store.ts", /through its index/],
    ["apps/hub/src/search/x.ts", "../alerts/routes.ts", /through its index/],
    ["apps/agent/src/x.ts", "@breakwater/postgres", /may not use postgres/],
    ["apps/agent/src/x.ts", "pg", /no database/],
    ["apps/console/src/x.tsx", "@breakwater/platform", /may not use platform/],
    ["apps/gateway/src/x.ts", "@breakwater/platform", /no row/],
  ];
  it.each(refused)("%s importing %s", (path, specifier, reason) => {
    const violations = importViolations({ path, text: `import { a } from "${specifier}";` });
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatch(reason);
  });

  const accepted: [path: string, specifier: string][] = [
    ["packages/protocol/src/x.ts", "zod"],
    ["packages/protocol/src/x.test.ts", "vitest"],
    ["packages/platform/src/x.ts", "@breakwater/protocol"],
    ["apps/sms/src/events/store.ts", "../devices/index.ts"],
    ["apps/sms/src/events/store.ts", "./row.ts"],
    ["apps/sms/src/context.ts", "./events/routes.ts"],
    ["apps/sms/src/x.test.ts", "@breakwater/testkit"],
    ["apps/sms/src/x.test-helper.ts", "@breakwater/postgres/testing"],
    ["test/e2e/x.test.ts", "@breakwater/testkit"],
    ["packages/testkit/src/x.ts", "@breakwater/hub"],
  ];
  it.each(accepted)("but not %s importing %s", (path, specifier) => {
    expect(importViolations({ path, text: `import { a } from "${specifier}";` })).toEqual([]);
  });
});
