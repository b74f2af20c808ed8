import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLog } from "./log.ts";

const folder = mkdtempSync(join(tmpdir(), "bw-log-"));
beforeAll(() => {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
});
afterAll(() => {
  // The logs stay open for as long as the process lives.
  execFileSync("umount", ["-l", folder]);
  rmSync(folder, { recursive: true });
});

const linesOf = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line): Record<string, unknown> => JSON.parse(line));

test("a full disk costs log lines, which are counted, and nothing else", () => {
  const file = join(folder, "deep", "service.log");
  const filler = join(folder, "filler");
  const log = createLog({ name: "t", file });
  log.info("before");
  try {
    writeFileSync(filler, Buffer.alloc(1 << 20));
  } catch {
    // Full, as wanted.
  }
  for (let i = 0; i < 100; i += 1) log.info({ text: "x".repeat(200) }, "during");
  rmSync(filler);
  log.info("after");
  const lines = linesOf(file);
  const kept = lines.filter((line) => line["msg"] === "during").length;
  expect(lines[0]).toMatchObject({ msg: "before" });
  expect(lines.at(-2)).toMatchObject({ msg: "log lines dropped", dropped: 100 - kept });
  expect(lines.at(-1)).toMatchObject({ msg: "after" });
});

test("secrets are redacted by name, also inside", () => {
  const file = join(folder, "secrets.log");
  const secret = "s3cret-value";
  const log = createLog({ name: "t", file });
  log.info({ password: secret, request: { headers: { authorization: secret, cookie: secret } } });
  log.info({
    body: { token: secret, apiKey: secret },
    privateKey: secret,
    headers: { cookie: secret },
  });
  expect(readFileSync(file, "utf8")).not.toContain(secret);
  expect(linesOf(file)).toHaveLength(2);
});
