import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLab, type Lab, type ProbeResult, type RequestOptions } from "@breakwater/lab";
import type { CommandSocket } from "./command/command-socket.ts";
import { type EngineCommands, engineCommands } from "./command/engine-commands.ts";
import { EVE_FILE } from "./config/eve-output.ts";
import { renderConfig } from "./config/render-config.ts";
import { type DatasetSpec, datasetSpecs } from "./data-plane/datasets.ts";
import { hashListFile } from "./data-plane/hash-lists.ts";
import { type DatasetKind, type HashAlgorithm, LANES, type Lane } from "./data-plane/lanes.ts";
import { renderRangeCategories } from "./data-plane/ranges.ts";
import { renderRules } from "./data-plane/render-rules.ts";
import { Engine, type EngineOptions } from "./engine/engine.ts";
import { type ReloadResult, reloadRules } from "./engine/reload-rules.ts";
import { type EveEvent, parseEveLine } from "./eve/eve-event.ts";
import { HTTP_VERSIONS } from "./url/http-version.ts";
import { renderUrlScript } from "./url/render-url-script.ts";
import { UrlTable } from "./url/url-table.ts";

/** A lab with everything an engine of device 1 needs on disk. */
export type EngineSite = {
  lab: Lab;
  directory: string;
  datasets: DatasetSpec[];
  engine: Engine;
  engineOptions: EngineOptions;
  urlTable: (lane: Lane) => UrlTable;
  set: (lane: Lane, kind: DatasetSpec["kind"]) => DatasetSpec;
  writeRules: (extra?: {
    hashes?: { lane: Lane; algorithm: HashAlgorithm; values: string[] }[];
    custom?: string;
    datasets?: DatasetSpec[];
    packetAlertSeconds?: number;
  }) => void;
  writeRanges: (lines: string) => void;
  connect: () => Promise<{ socket: CommandSocket; commands: EngineCommands }>;
  events: () => EveEvent[];
  close: () => Promise<void>;
};

export async function createEngineSite(
  overrides: Partial<EngineOptions> = {},
): Promise<EngineSite> {
  const directory = mkdtempSync(join(tmpdir(), "bw-engine-"));
  const at = (name: string) => join(directory, name);
  for (const name of ["rules", "data", "log"]) mkdirSync(at(name));
  const lab = await createLab({ name: `t-${randomBytes(4).toString("hex")}`, dir: at("lab") });
  const [device] = lab.devices;
  if (device === undefined) throw new Error("a lab has at least one device");

  const datasets = datasetSpecs();
  const tables = new Map(LANES.map((lane) => [lane, UrlTable.open({ path: at(`${lane}.urls`) })]));
  for (const lane of LANES) {
    for (const version of HTTP_VERSIONS) {
      const script = renderUrlScript(at(`${lane}.urls`), version);
      writeFileSync(at(`rules/bw-${lane}-${version}.lua`), script);
    }
  }
  const writeRules: EngineSite["writeRules"] = (extra = {}) => {
    const hashes = extra.hashes ?? [];
    for (const { lane, algorithm, values } of hashes) {
      writeFileSync(at(`rules/${hashListFile(lane, algorithm)}`), `${values.join("\n")}\n`);
    }
    const rules = renderRules({
      datasets: extra.datasets ?? datasets,
      urlScript: (lane, version) => `bw-${lane}-${version}.lua`,
      hashLists: hashes.map(({ lane, algorithm }) => ({
        lane,
        algorithm,
        file: hashListFile(lane, algorithm),
      })),
      packetAlertSeconds: extra.packetAlertSeconds ?? 0,
    });
    writeFileSync(at("rules/breakwater.rules"), rules);
    writeFileSync(at("rules/custom.rules"), extra.custom ?? "");
  };
  const writeRanges = (lines: string) => writeFileSync(at("rules/ranges.list"), lines);
  writeRules();
  writeRanges("");
  writeFileSync(at("rules/range-categories.txt"), renderRangeCategories());
  const config = renderConfig({
    interfaceA: device.interfaceA,
    interfaceB: device.interfaceB,
    sensorName: "lab device",
    commandSocket: at("command.socket"),
    logDirectory: at("log"),
    ruleDirectory: at("rules"),
    ruleFiles: ["breakwater.rules", "custom.rules"],
    rangeCategoriesFile: at("rules/range-categories.txt"),
    rangeFiles: ["ranges.list"],
    clientIpHeader: "X-Forwarded-For",
    statsSeconds: 1,
  });
  writeFileSync(at("suricata.yaml"), config);
  const engineOptions: EngineOptions = {
    configFile: at("suricata.yaml"),
    commandSocket: at("command.socket"),
    dataDirectory: at("data"),
    logDirectory: at("log"),
    pidFile: at("engine.pid"),
    netns: device.netns,
    restart: { minDelayMs: 50, maxDelayMs: 1000, healthyMs: 60_000 },
    ...overrides,
  };
  const engine = new Engine(engineOptions);
  return {
    lab,
    directory,
    datasets,
    engine,
    engineOptions,
    writeRules,
    writeRanges,
    urlTable: (lane) => {
      const table = tables.get(lane);
      if (table === undefined) throw new Error(`no table for lane ${lane}`);
      return table;
    },
    set: (lane, kind) => {
      const spec = datasets.find((entry) => entry.lane === lane && entry.kind === kind);
      if (spec === undefined) throw new Error(`no set for ${lane} ${kind}`);
      return spec;
    },
    connect: async () => {
      const socket = await engine.connect();
      return { socket, commands: engineCommands(socket.send) };
    },
    events: () => readEvents(at(`log/${EVE_FILE}`)),
    close: async () => {
      await engine.stop();
      await lab.down();
      for (const table of tables.values()) table.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const MAX_EVE_BYTES = 64 * 1024 * 1024;

function readEvents(path: string): EveEvent[] {
  // A storm of events is a finding, not something to choke on.
  if (statSync(path).size > MAX_EVE_BYTES) throw new Error(`${path} has grown beyond reason`);
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map(parseEveLine)
    .map((line) => {
      if (line.kind === "malformed") throw new Error(`EVE line not understood: ${line.reason}`);
      return line.kind === "event" ? line.event : undefined;
    })
    .filter((event) => event !== undefined);
}

/** Polls until `probe` gives what is wanted, for at most about ten seconds. */
export async function until<T>(probe: () => T | Promise<T>, wanted: (value: T) => boolean) {
  let value = await probe();
  for (let round = 0; round < 400 && !wanted(value); round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    value = await probe();
  }
  return value;
}

export const SERVER = "10.9.1.2";
export const OTHER = "10.9.1.3";
export const SERVER_V6 = "fd00:9:1::2";
export const OTHER_V6 = "fd00:9:1::3";

export type LiveEngine = {
  site: EngineSite;
  commands: EngineCommands;
  get: (url: string, more?: Partial<RequestOptions>) => Promise<ProbeResult>;
  ask: (name: string, tcp?: boolean) => Promise<ProbeResult>;
  /** The entry is in the lane while `body` runs. */
  withEntry: (
    lane: Lane,
    kind: DatasetKind,
    value: string,
    body: () => Promise<void>,
  ) => Promise<void>;
  reload: () => Promise<ReloadResult>;
  close: () => Promise<void>;
};

/** One running engine for a whole test file, with the probes that its tests share. */
export async function startLiveEngine(): Promise<LiveEngine> {
  const site = await createEngineSite();
  await site.engine.start();
  const { socket, commands } = await site.connect();
  return {
    site,
    commands,
    get: async (url, more = {}) =>
      (await site.lab.request({ url, timeoutMs: 600, ...more })).result,
    ask: async (name, tcp = false) =>
      (await site.lab.resolve({ name, server: SERVER, tcp })).result,
    withEntry: async (lane, kind, value, body) => {
      await commands.datasetAdd(site.set(lane, kind), value);
      try {
        await body();
      } finally {
        await commands.datasetRemove(site.set(lane, kind), value);
      }
    },
    reload: () => reloadRules({ commands, logFile: site.engine.logFile }),
    close: async () => {
      socket.close();
      await site.close();
    },
  };
}
