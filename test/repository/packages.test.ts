import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { listFiles, ROOT, readJson, readText } from "./source-tree.ts";

const Versions = z.record(z.string(), z.string()).default({});
const Manifest = z.object({
  name: z.string(),
  license: z.string(),
  private: z.boolean(),
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
  scripts: Versions,
  allowScripts: z.record(z.string(), z.boolean()).default({}),
});
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
const TsConfig = z.object({ references: z.array(z.object({ path: z.string() })).default([]) });

const root = Manifest.parse(readJson("package.json"));
const workspaces = ["apps", "packages"]
  .flatMap((folder) => listFiles(folder, (path) => /^[^/]+\/[^/]+\/package\.json$/.test(path)))
  .map((path) => ({
    folder: path.replace("/package.json", ""),
    manifest: Manifest.parse(readJson(path)),
  }));
const lock = Object.entries(Lock.parse(readJson("package-lock.json")).packages);

describe("package manifests", () => {
  it("pin exact versions, so that every machine gets the same code", () => {
    const loose = [{ folder: ".", manifest: root }, ...workspaces].flatMap(({ folder, manifest }) =>
      Object.entries({
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
      })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${folder}: ${name}@${version}`),
    );
    expect(loose).toEqual([]);
  });

  it("say the licence and are not published by accident", () => {
    const odd = workspaces
      .filter(({ manifest }) => manifest.license !== "Apache-2.0" || !manifest.private)
      .map(({ folder }) => folder);
    expect(odd).toEqual([]);
  });

  it("agree with the TypeScript project references", () => {
    const ours = (versions: Record<string, string>) =>
      Object.keys(versions).flatMap((name) => /^@breakwater\/(.*)$/.exec(name)?.[1] ?? []);
    const differences = workspaces.flatMap(({ folder, manifest }) => {
      const { references } = TsConfig.parse(readJson(`${folder}/tsconfig.json`));
      const referenced = references.map(({ path }) => path.split("/").at(-1) ?? "");
      const needed = ours(manifest.dependencies);
      // What only tests use may be referenced, and need not be.
      const known = [...needed, ...ours(manifest.devDependencies)];
      return [
        ...needed
          .filter((name) => !referenced.includes(name))
          .map((name) => `${folder} lacks ${name}`),
        ...referenced
          .filter((name) => !known.includes(name))
          .map((name) => `${folder} has ${name}`),
      ];
    });
    expect(differences).toEqual([]);
  });
});

describe("installation", () => {
  it("runs no script of any dependency", () => {
    expect(readText(".npmrc")).toMatch(/^ignore-scripts=true$/m);
    const unanswered = lock
      .filter(([, entry]) => entry.hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ""))
      .filter((name) => root.allowScripts[name] !== false);
    expect(unanswered).toEqual([]);
    expect(Object.values(root.allowScripts)).not.toContain(true);
  });

  it("checks every package against its checksum and names no private registry", () => {
    const odd = lock
      .filter(([path, entry]) => path.includes("node_modules/") && entry.link !== true)
      .filter(
        ([, entry]) =>
          entry.integrity === undefined ||
          entry.resolved?.startsWith("https://registry.npmjs.org/") === false,
      )
      .map(([path]) => path);
    expect(odd).toEqual([]);
  });

  it("has the programs that its scripts start", () => {
    const missing = Object.values(root.scripts)
      .flatMap((script) => /\bnode (scripts\/[\w.-]+)/.exec(script)?.[1] ?? [])
      .filter((script) => !existsSync(`${ROOT}${script}`));
    expect(missing).toEqual([]);
  });
});
