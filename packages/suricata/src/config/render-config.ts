import { invalidField } from "@breakwater/protocol";
import { LANES } from "../data-plane/lanes.ts";
import { HTTP_VERSIONS } from "../url/http-version.ts";
import { eveOutput } from "./eve-output.ts";
import { toYaml, type Yaml } from "./to-yaml.ts";

/** A Unix socket's path must fit into 108 bytes with its end. */
export const MAX_SOCKET_PATH = 107;

export type EngineConfigOptions = {
  /** The two ends of the inline pair, already without offloads (see `inlinePairCommands`). */
  interfaceA: string;
  interfaceB: string;
  /** Capture threads per direction. */
  threads?: number;
  sensorName: string;
  commandSocket: string;
  logDirectory: string;
  ruleDirectory: string;
  /** Relative to the rule directory, in load order. */
  ruleFiles: readonly string[];
  rangeCategoriesFile: string;
  rangeFiles: readonly string[];
  /** Addresses listed in range files; single ones live in the host table. */
  rangeEntries?: number;
  homeNetworks?: readonly string[];
  /** The header that carries the client's address behind proxies. */
  clientIpHeader?: string;
  classificationFile?: string;
  referenceFile?: string;
  /** Seconds between stats events. */
  statsSeconds?: number;
};

/** The whole suricata.yaml of an inline pair. Indicators are not in it; see `renderRules`. */
export function renderConfig(options: EngineConfigOptions): string {
  if (Buffer.byteLength(options.commandSocket) > MAX_SOCKET_PATH) {
    throw invalidField(
      "commandSocket",
      options.commandSocket,
      `is longer than ${MAX_SOCKET_PATH} bytes`,
      "Use a shorter data directory",
    );
  }
  const { threads = 1 } = options;
  return toYaml({
    "sensor-name": options.sensorName,
    "default-log-dir": options.logDirectory,
    "unix-command": { enabled: true, filename: options.commandSocket },
    ...capture(options, threads),
    ...inspection(),
    "app-layer": { protocols: appLayerProtocols() },
    ...reputation(options),
    security: { "limit-noproc": true, lua: { "allow-rules": true } },
    // Each URL rule takes a Lua state per thread, twice during a reload.
    luajit: {
      states: Math.max(128, LANES.length * HTTP_VERSIONS.length * threads * 2 * 2 + 16),
    },
    outputs: [{ "eve-log": eveOutput(options.clientIpHeader ?? "X-Forwarded-For") }],
    stats: { enabled: true, interval: options.statsSeconds ?? 8 },
    logging: logging(),
    vars: variables(options.homeNetworks ?? ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]),
    "classification-file": options.classificationFile ?? "/etc/suricata/classification.config",
    "reference-config-file": options.referenceFile ?? "/etc/suricata/reference.config",
    "default-rule-path": options.ruleDirectory,
    "rule-files": options.ruleFiles,
  });
}

function capture({ interfaceA, interfaceB }: EngineConfigOptions, threads: number) {
  const direction = (from: string, to: string, cluster: number): Yaml => ({
    interface: from,
    "copy-iface": to,
    "copy-mode": "ips",
    "cluster-id": cluster,
    "cluster-type": "cluster_flow",
    // Defragmentation in the kernel would change what is copied.
    defrag: false,
    "use-mmap": true,
    "tpacket-v3": false,
    "checksum-checks": false,
    threads,
  });
  return {
    runmode: "workers",
    "af-packet": [direction(interfaceA, interfaceB, 98), direction(interfaceB, interfaceA, 97)],
  };
}

/**
 * Streams are taken up in the middle and no exception drops: after a restart the flows
 * that already run must go on. Depth is unlimited, or the hash of a large file would
 * never complete.
 */
function inspection() {
  return {
    "exception-policy": "ignore",
    stream: {
      memcap: "256mb",
      inline: "auto",
      midstream: true,
      "midstream-policy": "ignore",
      "memcap-policy": "ignore",
      "checksum-validation": false,
      reassembly: { memcap: "512mb", depth: 0, "memcap-policy": "ignore" },
    },
    flow: { memcap: "256mb", "memcap-policy": "ignore" },
    defrag: { memcap: "64mb", "memcap-policy": "ignore" },
    pcre: { "match-limit": 3500, "match-limit-recursion": 1500 },
  };
}

/** Bytes of a request line or header field, in HTTP/2 of all: as much as common servers take. */
const MAX_HTTP_FIELD = 1024 * 1024;

function appLayerProtocols(): Yaml {
  const on = { enabled: true };
  const ports = (port: number) => ({ enabled: true, "detection-ports": { dp: port } });
  return {
    http: {
      enabled: true,
      libhtp: {
        "default-config": {
          personality: "IDS",
          "request-body-limit": 0,
          "response-body-limit": 0,
          // A longer line is not looked at, nor is anything after it on its connection.
          "meta-field-limit": MAX_HTTP_FIELD,
          "headers-limit": 16_384,
        },
      },
    },
    tls: {
      ...ports(443),
      "ja3-fingerprints": true,
      "ja4-fingerprints": true,
      "encryption-handling": "default",
    },
    dns: { tcp: ports(53), udp: ports(53) },
    http2: { enabled: true, "max-reassembly-size": MAX_HTTP_FIELD },
    quic: on,
    ssh: on,
    smtp: on,
    ftp: on,
    imap: { enabled: "detection-only" },
    smb: ports(139),
    nfs: on,
    tftp: on,
    ikev2: on,
    krb5: on,
    snmp: on,
    dhcp: on,
    sip: on,
    rdp: on,
    rfb: on,
    mqtt: on,
    ntp: on,
  };
}

const HOST_BYTES = 512;
const MIN_HOST_MEMORY = 64 * 1024 * 1024;

/** Past the host table's memory, the rest of a range file is skipped with a warning only. */
function reputation(options: EngineConfigOptions) {
  const entries = options.rangeEntries ?? 0;
  return {
    host: { memcap: Math.max(MIN_HOST_MEMORY, entries * 2 * HOST_BYTES), "hash-size": 65_536 },
    ippair: { memcap: "64mb", "hash-size": 65_536 },
    // Rules declare the sets; rules are ours, so the limits only catch a mistake.
    datasets: {
      defaults: { memcap: "64mb", hashsize: 4096 },
      limits: { "single-hashsize": 2 ** 24, "total-hashsizes": 2 ** 30 },
    },
    "reputation-categories-file": options.rangeCategoriesFile,
    "default-reputation-path": options.ruleDirectory,
    "reputation-files": options.rangeFiles,
  };
}

function logging(): Yaml {
  return {
    "default-log-level": "notice",
    outputs: [
      { console: { enabled: false } },
      { file: { enabled: true, level: "info", filename: "suricata.log" } },
    ],
  };
}

/** The names that public rule sets use. */
function variables(homeNetworks: readonly string[]): Yaml {
  const home = `[${homeNetworks.join(",")}]`;
  const servers = ["HTTP", "SMTP", "SQL", "DNS", "TELNET", "DC", "AIM", "ENIP", "MODBUS", "DNP3"];
  return {
    "address-groups": {
      HOME_NET: home,
      EXTERNAL_NET: "!$HOME_NET",
      ...Object.fromEntries(servers.map((name) => [`${name}_SERVERS`, "$HOME_NET"])),
      ...Object.fromEntries(
        [
          "MODBUS_CLIENT",
          "MODBUS_SERVER",
          "DNP3_CLIENT",
          "DNP3_SERVER",
          "ENIP_CLIENT",
          "ENIP_SERVER",
        ].map((name) => [name, "$HOME_NET"]),
      ),
    },
    "port-groups": {
      HTTP_PORTS: "80",
      SHELLCODE_PORTS: "!80",
      ORACLE_PORTS: "1521",
      SSH_PORTS: "22",
      DNP3_PORTS: "20000",
      MODBUS_PORTS: "502",
      FILE_DATA_PORTS: "[$HTTP_PORTS,110,143]",
      FTP_PORTS: "21",
      GENEVE_PORTS: "6081",
      VXLAN_PORTS: "4789",
      TEREDO_PORTS: "3544",
    },
  };
}
