import { chown, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { shortHash, socketFolder } from "./socket-folder.ts";

it("refuses a short socket folder that somebody else has put there", async () => {
  const dataDir = join(tmpdir(), `${"x".repeat(100)}${process.pid}`);
  const squatted = `/run/breakwater-${shortHash(dataDir)}`;
  await mkdir(squatted);
  await chown(squatted, 4_321, 4_321);
  await expect(socketFolder(dataDir, { kind: "self" })).rejects.toThrow(
    `${squatted} belongs to somebody else`,
  );
  await rm(squatted, { recursive: true });
});
