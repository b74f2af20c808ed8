import {
  type EnrollmentToken,
  type HubDetection,
  type HubObject,
  type Product,
  ProductId,
  STREAM_NAMES,
} from "@breakwater/protocol";
import type { Random } from "./random.ts";
import { iso } from "./sms-state.ts";

export type HubState = {
  objects: HubObject[];
  products: Product[];
  tokens: EnrollmentToken[];
  detections: HubDetection[];
  revision: number;
};
const DAY = 86_400_000;

/** A hub with three managers, or a first start. */
export function seedHub(random: Random, filled: boolean): HubState {
  const products = filled ? seedProducts(random) : [];
  return {
    objects: filled ? seedObjects(random) : [],
    products,
    tokens: filled ? seedTokens() : [],
    detections: filled ? seedDetections(random, products) : [],
    revision: 20_417,
  };
}

function seedProducts(random: Random): Product[] {
  return ["hq-sms", "plant-sms", "retired-sms"].map((name, index): Product => {
    const left = name === "retired-sms";
    return {
      id: ProductId.parse(random.uuid()),
      name,
      version: "0.1.0",
      onboarding: !left,
      connected: !left,
      enrolled: iso(Date.now() - (90 + index * 40) * DAY),
      lastSeen: iso(Date.now() - (left ? 9 * DAY : 3_000)),
      certificateExpires: iso(Date.now() + (index === 1 ? 12 : 275) * DAY),
      devices: [14, 6, 2][index] ?? 0,
      syncedRevision: left ? 18_204 : index === 1 ? 20_411 : 20_417,
      streams: STREAM_NAMES.map((stream, at) => ({
        name: stream,
        state: left
          ? "out-of-sync"
          : index === 1 && at === 0
            ? "catching-up"
            : index === 1 && at === 4
              ? "failing"
              : "in-sync",
        lastSuccess: iso(Date.now() - (left ? 9 * DAY : 4_000)),
        lastError:
          index === 1 && at === 4
            ? { time: iso(Date.now() - 60_000), message: "Connection reset by the manager" }
            : null,
        lagSeconds: left ? null : index === 1 ? 8 : 0.2,
        path: "direct",
      })),
    };
  });
}

function seedObjects(random: Random): HubObject[] {
  return Array.from({ length: 180 }, (_, index): HubObject => {
    const type =
      (["ip", "domain", "url", "fileSha256", "ip", "fileSha1"] as const)[index % 6] ?? "ip";
    const value = {
      ip: `198.51.100.${(index * 7) % 256}`,
      domain: `cdn-update${index}.example`,
      url: `http://login-${index}.example/${random.hex(8)}`,
      fileSha1: random.hex(40),
      fileSha256: random.hex(64),
    }[type];
    return {
      type,
      value,
      riskLevel: random.pick(["High", "High", "Medium", "Low"] as const),
      scanAction: index % 5 === 4 ? "log" : "block",
      source: index % 3 === 0 ? "VASO" : "UDSO",
      description:
        index % 3 === 0 ? "Sandbox verdict: dropper" : index % 4 === 0 ? "Ticket 4711" : "",
      lastModified: iso(Date.now() - index * index * 30_000 - 20_000),
      expires: index % 4 === 0 ? null : iso(Date.now() + (1 + (index % 30)) * DAY),
      revision: 20_417 - index,
      products: { synced: index < 6 ? 1 : 2, total: 2 },
    };
  });
}

function seedTokens(): EnrollmentToken[] {
  const token = (id: string, note: string, patch: Partial<EnrollmentToken>): EnrollmentToken => ({
    id: id as EnrollmentToken["id"],
    note,
    state: "unused",
    created: iso(Date.now() - 2 * 3_600_000),
    createdBy: "mara",
    expires: iso(Date.now() + 22 * 3_600_000),
    usedBy: null,
    ...patch,
  });
  return [
    token("tok_branch001", "branch office", {}),
    token("tok_hq0000001", "headquarters", {
      state: "used",
      usedBy: "hq-sms",
      created: iso(Date.now() - 90 * DAY),
      expires: iso(Date.now() - 89 * DAY),
    }),
    token("tok_old000001", "", {
      state: "expired",
      created: iso(Date.now() - 20 * DAY),
      expires: iso(Date.now() - 19 * DAY),
    }),
  ];
}

function seedDetections(random: Random, products: readonly Product[]): HubDetection[] {
  let time = Date.now() - 3_000;
  return Array.from({ length: 300 }, (_, index): HubDetection => {
    time -= 900 + random.integer(300_000);
    const product = products[index % 5 === 0 ? 1 : 0];
    const rule = index % 9 === 8;
    return {
      id: `d${10_000_000 - index}`,
      product: { id: product?.id ?? ProductId.parse(random.uuid()), name: product?.name ?? "sms" },
      received: iso(time + 900),
      rt: String(time),
      dvchost: random.pick(["edge-fra-1", "edge-ams-1", "dc-core-2", "dmz-1"] as const),
      ruleName: rule
        ? "ET WEB_SERVER Possible SQL injection attempt in URI"
        : "High risk from Vision One",
      policyId: random.uuid(),
      severity: rule ? 3 : 4 - (index % 4),
      ruleUuid: `00000001-0001-0001-0001-${String(rule ? 2_006_446 : 1).padStart(12, "0")}`,
      app: index % 3 === 0 ? "tls" : "http",
      src: `10.1.${random.integer(8)}.${random.integer(250)}`,
      spt: String(1_024 + random.integer(60_000)),
      dst: `198.51.100.${random.integer(250)}`,
      dpt: index % 3 === 0 ? "443" : "80",
      aggregatedCount: String(1 + (index % 7 === 0 ? random.integer(200) : 0)),
      act: index % 4 === 3 ? "Permit + Notify" : "Block + Notify",
      mpname: "Breakwater SMS",
      cves: rule ? ["CVE-2024-4577"] : [],
      techniqueId: rule ? ["T1190"] : [],
      ...(index % 3 === 0
        ? { overSsl: "true" }
        : { request: index === 2 ? "/\u202Egpj.exe" : `/${random.hex(8)}` }),
    };
  });
}
