import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderUrlScript, UrlTable, urlKey } from "@breakwater/suricata";

const CONFIG = `%YAML 1.1
---
security: { lua: { allow-rules: true } }
outputs: [ { fast: { enabled: true, filename: fast.log } } ]
stats: { enabled: false }
logging: { default-log-level: error, outputs: [ { console: { enabled: true } } ] }
app-layer: { protocols: { http: { enabled: true, libhtp: { default-config: {
  personality: IDS, request-body-limit: 0, response-body-limit: 0 } } } } }
`;
const RULE = `alert http1 any any -> any any (flow:to_server; lua:url.lua; sid:1;)\n`;

/**
 * Which of `targets`, by place, the real engine takes for covered by the entries when they are
 * asked of evil.test: from a capture file, one connection each, at most 60,000.
 */
export function coveredTargets(
  entries: readonly string[],
  targets: readonly string[],
): Set<number> {
  const folder = mkdtempSync(join(tmpdir(), "engine-requests-"));
  const at = (name: string) => join(folder, name);
  const table = UrlTable.open({ path: at("urls") });
  try {
    table.replaceAll(entries.map(urlKey));
    writeFileSync(at("suricata.yaml"), CONFIG);
    writeFileSync(at("url.rules"), RULE);
    writeFileSync(at("url.lua"), renderUrlScript(at("urls"), "http1"));
    writeFileSync(at("requests.pcap"), captureOf(targets));
    const options = `-c suricata.yaml -S url.rules -r requests.pcap -l . -k none --runmode single`;
    execFileSync("suricata", [...options.split(" "), "--data-dir", folder], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const alerts = readFileSync(at("fast.log"), "utf8").matchAll(/ 10\.0\.0\.1:(\d+) -> /g);
    return new Set(Array.from(alerts, ([, port]) => Number(port) - FIRST_PORT));
  } finally {
    table.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const FIRST_PORT = 1024;
const [FIN, SYN, PUSH, ACK] = [1, 2, 8, 16] as const;

/** A capture file of raw IP packets (link type 101). */
function captureOf(targets: readonly string[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(101, 20);
  const connections = targets.flatMap((target, i) => connection(FIRST_PORT + i, target));
  return Buffer.concat([header, ...connections.map(captured)]);
}

function captured(packet: Buffer, place: number): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(1_700_000_000 + Math.floor(place / 100_000), 0);
  header.writeUInt32LE((place % 100_000) * 10, 4);
  header.writeUInt32LE(packet.length, 8);
  header.writeUInt32LE(packet.length, 12);
  return Buffer.concat([header, packet]);
}

function connection(port: number, target: string): Buffer[] {
  const none = Buffer.alloc(0);
  const question = Buffer.from(`GET ${target} HTTP/1.1\r\nHost: evil.test\r\n\r\n`);
  const answer = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const [asked, answered] = [101 + question.length, 501 + answer.length];
  return [
    packet(port, 80, 100, 0, SYN, none),
    packet(80, port, 500, 101, SYN | ACK, none),
    packet(port, 80, 101, 501, ACK, none),
    packet(port, 80, 101, 501, PUSH | ACK, question),
    packet(80, port, 501, asked, PUSH | ACK, answer),
    packet(port, 80, asked, answered, FIN | ACK, none),
    packet(80, port, answered, asked + 1, FIN | ACK, none),
    packet(port, 80, asked + 1, answered + 1, ACK, none),
  ];
}

function packet(
  from: number,
  to: number,
  sequence: number,
  acknowledged: number,
  flags: number,
  data: Buffer,
): Buffer {
  const bytes = Buffer.alloc(40);
  bytes[0] = 0x45;
  bytes.writeUInt16BE(40 + data.length, 2);
  bytes.set([64, 6], 8);
  bytes.set(to === 80 ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1], 12);
  bytes.writeUInt16BE(from, 20);
  bytes.writeUInt16BE(to, 22);
  bytes.writeUInt32BE(sequence, 24);
  bytes.writeUInt32BE(acknowledged, 28);
  bytes.set([0x50, flags, 0xff, 0xff], 32);
  return Buffer.concat([bytes, data]);
}
