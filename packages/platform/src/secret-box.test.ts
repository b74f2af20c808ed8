import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSecretBox } from "./secret-box.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bw-secrets-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = { table: "distribution_target", column: "password", row: "1" };

test("two processes that start together use one key, readable by its owner only", async () => {
  const path = join(folder, "keys", "one.key");
  const [one, two] = await Promise.all([openSecretBox(path), openSecretBox(path)]);
  const sealed = one.seal("secret", place);
  expect(sealed.includes("secret")).toBe(false);
  expect(two.open(sealed, place)).toBe("secret");
  expect(one.seal("secret", place).equals(sealed)).toBe(false);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a sealed secret opens in no other place, with no other key, and not when changed", async () => {
  const box = await openSecretBox(join(folder, "a.key"));
  const other = await openSecretBox(join(folder, "b.key"));
  const sealed = box.seal("secret", place);
  for (const moved of [
    { ...place, row: "2" },
    { ...place, column: "user_name" },
    { ...place, table: "other" },
  ]) {
    expect(() => box.open(sealed, moved)).toThrow(/cannot be read/);
  }
  expect(() => other.open(sealed, place)).toThrow(/cannot be read/);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => box.open(changed, place)).toThrow(/cannot be read/);
  }
  expect(() => box.open(Buffer.alloc(3), place)).toThrow(/cannot be read/);
});

test("a key file that is none is named", async () => {
  const path = join(folder, "short.key");
  await writeFile(path, "short");
  await expect(openSecretBox(path)).rejects.toThrow(path);
});
