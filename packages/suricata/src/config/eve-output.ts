import type { Yaml } from "./to-yaml.ts";

export const EVE_FILE = "eve.json";

/**
 * EVE goes to a regular file that the agent tails: a stream socket loses events while
 * nobody reads. One drop event per flow, not per packet.
 */
export function eveOutput(clientIpHeader: string): Yaml {
  return {
    enabled: true,
    filetype: "regular",
    filename: EVE_FILE,
    "community-id": true,
    ethernet: false,
    xff: { enabled: true, mode: "extra-data", deployment: "reverse", header: clientIpHeader },
    types: [
      {
        alert: {
          metadata: {
            flow: true,
            "app-layer": true,
            rule: { metadata: true, raw: false, reference: true },
          },
          "payload-printable": false,
          "tagged-packets": false,
          verdict: true,
        },
      },
      { drop: { alerts: true, flows: "start", verdict: true } },
      { http: { extended: true, custom: ["true-client-ip"] } },
      "dns",
      { tls: { extended: true, ja3: true, ja4: true } },
      { files: { "force-hash": ["md5", "sha1", "sha256"] } },
      { stats: { totals: true, threads: false, deltas: false } },
      "flow",
    ],
  };
}
