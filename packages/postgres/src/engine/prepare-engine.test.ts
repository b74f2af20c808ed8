import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chooseRunAs, launchFor } from "../server/run-as.ts";
import {
  builtModule,
  firstLine,
  spawnScript,
  UNPRIVILEGED,
} from "../server/server-process.test-helper.ts";
import { packagedEngine, parseVersion } from "./engine.ts";
import { hydrateSymlinks } from "./hydrate-symlinks.ts";
import { engineCandidates, prepareEngine } from "./prepare-engine.ts";
import { systemEngines } from "./system-engines.ts";

const packageDir = packagedEngine()?.packageDir ?? "";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bw-engine-"));
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await chmod(join(folder, "read-only/native/lib"), 0o755).catch(() => {});
  await rm(folder, { recursive: true, force: true });
});

it("makes the library links that npm leaves out, and may be repeated", async () => {
  const root = join(folder, "links");
  await mkdir(join(root, "native/lib"), { recursive: true });
  const links = [{ source: "native/lib/libx.so.1.2", target: "native/lib/libx.so.1" }];
  await writeFile(join(root, "native/pg-symlinks.json"), JSON.stringify(links));
  expect(await hydrateSymlinks(root)).toBe(true);
  expect(await hydrateSymlinks(root)).toBe(true);
  expect(await readlink(join(root, "native/lib/libx.so.1"))).toBe("libx.so.1.2");
});

it("copies binaries that the server's user cannot reach into the data folder", async () => {
  const closed = join(folder, "root-only");
  const dataDir = join(folder, "data");
  await mkdir(closed, { mode: 0o700 });
  await mkdir(dataDir, { mode: 0o755 });
  await symlink(packageDir, join(closed, "linux-x64"));
  const engine = await prepareEngine({
    dataDir,
    launch: await launchFor(await chooseRunAs(dataDir), false),
    major: null,
    candidates: [
      {
        origin: "package",
        packageDir: join(closed, "linux-x64"),
        binDir: join(closed, "linux-x64/native/bin"),
      },
    ],
  });
  // As an ordinary user we reach our own folder, and nothing is copied.
  const expected = process.getuid?.() === 0 ? join(dataDir, "engine") : closed;
  expect(engine.binDir.startsWith(expected)).toBe(true);
});

it("copies binaries whose links cannot be made, because their folder is read-only", async () => {
  const readOnly = join(folder, "read-only");
  await cp(packageDir, readOnly, {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  });
  await chmod(join(readOnly, "native/lib"), 0o555);
  const options = {
    dataDir: join(folder, "data-2"),
    launch: { prefix: [] },
    major: null,
    candidates: [{ origin: "package", packageDir: readOnly, binDir: join(readOnly, "native/bin") }],
  };
  await mkdir(options.dataDir);
  const child = spawnScript(
    `import { prepareEngine } from ${JSON.stringify(builtModule("engine/prepare-engine.js"))};
     console.log(JSON.stringify(await prepareEngine(${JSON.stringify(options)})));`,
    UNPRIVILEGED,
  );
  const engine = JSON.parse(await firstLine(child));
  expect(engine.binDir).toContain(join(options.dataDir, "engine"));
  expect(engine.major).toBe(18);
});

it("takes a server installed on the machine when there is no packaged one", async () => {
  // A system's layout, filled with the packaged binaries.
  const bin = join(folder, "usr/lib/postgresql/18/bin");
  await mkdir(join(folder, "usr/lib/postgresql/18"), { recursive: true });
  await hydrateSymlinks(packageDir);
  await symlink(join(packageDir, "native/bin"), bin);
  const found = await systemEngines([join(folder, "usr/lib/postgresql/*/bin")]);
  expect(found.map(({ binDir }) => binDir)).toContain(bin);
  const engine = await prepareEngine({
    dataDir: folder,
    launch: { prefix: [] },
    major: null,
    candidates: [{ origin: "system", binDir: bin, packageDir: null }],
  });
  expect(engine).toMatchObject({ origin: "system", major: 18 });
});

it("says what to do when no server runs here", async () => {
  const preparing = prepareEngine({
    dataDir: folder,
    launch: { prefix: [] },
    major: null,
    candidates: await engineCandidates(join(folder, "no-such-folder")),
  });
  await expect(preparing).rejects.toThrow(/apt-get install postgresql.*DATABASE_URL/);
});

it("does not open data with a server of another version", async () => {
  const preparing = prepareEngine({
    dataDir: folder,
    launch: { prefix: [] },
    major: 17,
    candidates: [{ origin: "package", packageDir, binDir: join(packageDir, "native/bin") }],
  });
  await expect(preparing).rejects.toThrow(/written by PostgreSQL 17/);
});

it.each([
  ["postgres (PostgreSQL) 18.4\n", { version: "18.4", major: 18 }],
  ["postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", { version: "15.18", major: 15 }],
  ["postgres (PostgreSQL) 19beta1\n", { version: "19", major: 19 }],
  ["busybox", null],
])("reads the version in %j", (text, version) => {
  expect(parseVersion(text)).toEqual(version);
});
