import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Engine, engineCommands, identifyProcess, isSameProcess } from "@breakwater/suricata";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createLab, openLab, removeLabByName } from "./lab.ts";
import type { Lab, LabDevice } from "./lab-handle.ts";
import { LAB_FILES } from "./lab-server/lab-files.ts";
import { labStateStore } from "./lab-state.ts";
import { labStatus } from "./lab-status.ts";
import { namespaceNames } from "./namespaces.ts";

const LIBRARY = join(dirname(fileURLToPath(import.meta.url)), "..", "dist", "index.js");

const newName = () => `t-${randomBytes(4).toString("hex")}`;
const directory = mkdtempSync(join(tmpdir(), "bw-lab-"));
const stateDirectory = join(directory, "state");
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The least that makes an inline engine: two interfaces, one set, two rules. */
function minimalEngine(device: LabDevice): Engine {
  const home = join(directory, `engine-${device.number}`);
  mkdirSync(home, { recursive: true });
  const pair = (from: string, to: string, cluster: number) =>
    `  - {interface: ${from}, copy-iface: ${to}, copy-mode: ips, cluster-id: ${cluster}, cluster-type: cluster_flow, defrag: no, use-mmap: yes, threads: 1}`;
  writeFileSync(
    join(home, "suricata.yaml"),
    `%YAML 1.1
---
unix-command: {enabled: yes, filename: ${home}/socket}
af-packet:
${pair(device.interfaceA, device.interfaceB, 98)}
${pair(device.interfaceB, device.interfaceA, 97)}
stream: {inline: auto, midstream: true, midstream-policy: ignore}
exception-policy: ignore
datasets:
  listed: {type: ip, state: listed.lst}
default-rule-path: ${home}
rule-files: [lab.rules]
`,
  );
  writeFileSync(
    join(home, "lab.rules"),
    ["src", "dst"]
      .map(
        (side, index) =>
          `drop ip any any -> any any (ip.${side}; dataset:isset,listed; sid:${index + 1};)`,
      )
      .join("\n"),
  );
  return new Engine({
    configFile: join(home, "suricata.yaml"),
    commandSocket: join(home, "socket"),
    dataDirectory: home,
    logDirectory: home,
    pidFile: join(home, "pid"),
    netns: device.netns,
  });
}

describe("a lab with two devices", () => {
  let lab: Lab;
  const engines: Engine[] = [];

  beforeAll(async () => {
    lab = await createLab({ name: newName(), devices: 2, dir: directory, stateDirectory });
    for (const device of lab.devices) {
      const engine = minimalEngine(device);
      engines.push(engine);
      await engine.start();
    }
  });
  afterAll(async () => {
    for (const engine of engines) await engine.stop();
    await lab?.down();
  });

  const get = (url: string) => lab.request({ url, timeoutMs: 1500 });

  it("serves HTTP, HTTPS and DNS through each engine, over IPv4 and IPv6", async () => {
    for (const { addresses } of lab.devices) {
      const [v4 = "", v6 = ""] = [addresses.server.v4.at(1), addresses.server.v6.at(1)];
      expect((await get(`http://${v4}/`)).result).toBe("passed");
      expect((await get(`http://[${v6}]/`)).result).toBe("passed");
      expect((await get(`https://${v4}/`)).result).toBe("passed");
      const aaaa = await lab.resolve({ name: "any.test", server: v4, type: "AAAA" });
      expect(aaaa).toEqual({ result: "passed", answers: [addresses.server.v6[0]] });
      const overTcp = await lab.resolve({ name: "any.test", server: v6, tcp: true });
      expect(overTcp).toEqual({ result: "passed", answers: [addresses.server.v4[0]] });
    }
    expect((await get("http://198.51.100.77/")).result).toBe("passed");
    expect((await get("http://[2001:db8:1::5]:8080/")).result).toBe("passed");
  });

  it("answers from the routed networks however long ago it learned its neighbours", async () => {
    const url = "http://[2001:db8:1::6]/";
    expect((await get(url)).result).toBe("passed");
    await lab.run("server", "ip", ["neighbour", "flush", "all"]);
    expect((await get(url)).result).toBe("passed");
  });

  it("answers any host and path, and files of known hash", async () => {
    const { stdout } = await lab.curl(["-s", "-H", "Host: some.test", "http://10.9.1.2/a?b=c"]);
    expect(stdout).toBe("breakwater lab\nhost some.test\npath /a?b=c\n");
    const [bad] = LAB_FILES;
    const shell = `curl -s http://10.9.1.2${bad.path} | sha256sum`;
    const { stdout: sum } = await lab.run("client", "sh", ["-c", shell]);
    expect(sum).toContain(bad.sha256);
    expect(bad.body).toHaveLength(300_000);
  });

  it("loses what its engine drops, on that device alone", async () => {
    const socket = await engines[0]?.connect();
    if (socket === undefined) throw new Error("no engine");
    const commands = engineCommands(socket.send);
    await commands.datasetAdd({ name: "listed", type: "ip" }, "10.9.1.1");
    expect((await get("http://10.9.1.2/")).result).toBe("blocked");
    expect((await lab.resolve({ name: "a.test", server: "10.9.1.2" })).result).toBe("blocked");
    expect((await get("http://10.9.2.2/")).result).toBe("passed");
    await commands.datasetRemove({ name: "listed", type: "ip" }, "10.9.1.1");
    expect((await get("http://10.9.1.2/")).result).toBe("passed");
    socket.close();
  });

  it("passes nothing without an engine", async () => {
    await engines[1]?.stop();
    expect((await get("http://10.9.2.2/")).result).toBe("blocked");
    expect((await get("http://10.9.1.2/")).result).toBe("passed");
  });

  it("tells a failed probe from a blocked one", async () => {
    await expect(get("gopherr://10.9.1.2/")).rejects.toThrow(/curl .* failed/);
  });
});

describe("leftovers", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  /** Another process that brings the lab up and holds it. */
  async function holdLab(name: string): Promise<ChildProcess> {
    const options = JSON.stringify({ name, dir: join(directory, name), stateDirectory });
    const script = `import { createLab } from ${JSON.stringify(LIBRARY)};
      await createLab(${options}); console.log("up"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("exit", (code) => reject(new Error(`the holder ended with ${code}`)));
    });
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    const gone = new Promise((resolve) => child.removeAllListeners("exit").once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  const namespacesOf = (name: string) => namespaceNames().filter((each) => each.includes(name));

  it("down leaves no namespace, interface, process or record", async () => {
    const name = newName();
    const before = Object.keys(networkInterfaces()).toSorted();
    const lab = await createLab({ name, dir: directory, stateDirectory });
    expect(labStatus(name, stateDirectory)).toMatchObject({ state: "up", problems: [] });
    const identities = labStateStore(stateDirectory).read(name)?.processes ?? [];
    const guest = lab.spawn({ device: 1 }, "sleep", ["60"]);
    const guestIdentity = identifyProcess(guest.pid ?? 0);
    await lab.down();
    expect(namespacesOf(name)).toEqual([]);
    expect(Object.keys(networkInterfaces()).toSorted()).toEqual(before);
    expect(identities).toHaveLength(1);
    expect(identities.some(({ identity }) => isSameProcess(identity))).toBe(false);
    expect(guestIdentity === undefined || isSameProcess(guestIdentity)).toBe(false);
    expect(readdirSync(stateDirectory).filter((file) => file.includes(name))).toEqual([]);
    expect(labStatus(name, stateDirectory).state).toBe("down");
    await lab.down();
  });

  it("of a killed owner go when the name is used again", async () => {
    const name = newName();
    await kill(await holdLab(name));
    const left = labStateStore(stateDirectory).read(name);
    expect(namespacesOf(name)).toHaveLength(3);
    const lab = await createLab({ name, dir: directory, stateDirectory });
    expect(left?.processes.some(({ identity }) => isSameProcess(identity))).toBe(false);
    expect(labStatus(name, stateDirectory).state).toBe("up");
    await lab.down();
  });

  it("of a killed owner go when any other lab is made", async () => {
    const name = newName();
    await kill(await holdLab(name));
    const messages: string[] = [];
    const log = { info: (message: string) => messages.push(message) };
    const other = await createLab({ name: newName(), dir: directory, stateDirectory, log });
    expect(messages[0]).toBe(`removed what lab ${name} left behind`);
    expect(namespacesOf(name)).toEqual([]);
    await other.down();
  });

  it("of a lab that was half built go as well", async () => {
    const name = newName();
    const lab = await createLab({ name, dir: directory, stateDirectory });
    const store = labStateStore(stateDirectory);
    const state = store.read(name);
    if (state === undefined) throw new Error("no record");
    store.write({ ...state, ready: false });
    await lab.run("server", "ip", ["link", "del", `${lab.devices[0]?.interfaceB}`]);
    expect(openLab(name, stateDirectory)).toBeUndefined();
    expect(labStatus(name, stateDirectory)).toMatchObject({
      state: "broken",
      problems: ["building it did not finish"],
    });
    await removeLabByName(name, stateDirectory);
    expect(namespacesOf(name)).toEqual([]);
  });

  it("are never a living lab of another process", async () => {
    const name = newName();
    const holder = await holdLab(name);
    await expect(createLab({ name, dir: directory, stateDirectory })).rejects.toMatchObject({
      code: "Conflict",
      message: expect.stringContaining(String(holder.pid)),
    });
    expect(labStatus(name, stateDirectory).state).toBe("up");
    await kill(holder);
    await removeLabByName(name, stateDirectory);
  });

  it("never include a process that only has the recorded number", async () => {
    const name = newName();
    const bystander = spawn("sleep", ["60"]);
    children.push(bystander);
    const now = identifyProcess(bystander.pid ?? 0);
    if (now === undefined) throw new Error("sleep did not start");
    for (const identity of [
      { ...now, startTime: "1" },
      { ...now, bootId: "an earlier boot" },
    ]) {
      labStateStore(stateDirectory).write({
        name,
        deviceCount: 1,
        directory,
        namespaces: [],
        processes: [{ what: "lab server", identity }],
        ready: true,
      });
      expect(labStatus(name, stateDirectory).problems).toEqual(["the lab server is not running"]);
      await removeLabByName(name, stateDirectory);
      expect(isSameProcess(now)).toBe(true);
    }
  });

  it("go without a record that can be read, and a server is known by its arguments", async () => {
    const name = newName();
    const lab = await createLab({ name, dir: directory, stateDirectory });
    const server = labStateStore(stateDirectory).read(name)?.processes[0]?.identity;
    writeFileSync(join(stateDirectory, `${name}.json`), "{ cut off");
    await lab.down();
    expect(namespacesOf(name)).toEqual([]);
    expect(server === undefined || isSameProcess(server)).toBe(false);
  });
});
