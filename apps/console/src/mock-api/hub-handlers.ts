import {
  type accountsApi,
  type HubApi,
  type HubObject,
  type HubOverview,
  TokenId,
} from "@breakwater/protocol";
import { recogniseValue } from "../lib/recognise-value.ts";
import { found } from "./accounts-handlers.ts";
import { distributionHandlers } from "./distribution-handlers.ts";
import type { HubState } from "./hub-state.ts";
import type { Handlers } from "./mock-server.ts";
import { pageOfRows } from "./page-of-rows.ts";
import { iso } from "./sms-state.ts";

/** The hub API over memory. */
export function hubHandlers(state: HubState): Handlers<Omit<HubApi, keyof typeof accountsApi>> {
  return {
    ...distributionHandlers(state.products.length > 0),
    "GET /hub/v1/overview": async () => overview(state),
    "GET /hub/v1/objects": async ({ query }) => {
      const rows = state.objects.filter(
        (object) =>
          (query.q === undefined || object.value.toLowerCase().includes(query.q.toLowerCase())) &&
          (query.type === undefined || object.type === query.type) &&
          (query.riskLevel === undefined || object.riskLevel === query.riskLevel) &&
          (query.source === undefined || object.source === query.source),
      );
      return pageOfRows(
        rows.map((object) => synced(object)),
        query,
      );
    },
    "POST /hub/v1/objects": async ({ body }) => ({
      outcomes: body.objects.map((object) => {
        const type = hubType(object.value);
        if (type === undefined) {
          return {
            value: object.value,
            outcome: "rejected" as const,
            reason: "This is no address, domain, URL, SHA-1 or SHA-256.",
            remedy: object.value.includes("/")
              ? "Ranges are added on the SMS."
              : "Check it for typing errors.",
          };
        }
        const at = state.objects.findIndex((other) => other.value === object.value);
        if (at !== -1) state.objects.splice(at, 1);
        state.revision += 1;
        state.objects.unshift({
          type,
          value: object.value,
          riskLevel: object.riskLevel,
          scanAction: object.scanAction,
          source: "UDSO",
          description: object.description,
          lastModified: iso(Date.now()),
          expires:
            object.daysToExpiration === null
              ? null
              : iso(Date.now() + object.daysToExpiration * 86_400_000),
          revision: state.revision,
          products: {
            synced: 0,
            total: state.products.filter(({ onboarding }) => onboarding).length,
          },
        });
        return {
          value: object.value,
          outcome: at === -1 ? ("added" as const) : ("changed" as const),
        };
      }),
    }),
    "POST /hub/v1/objects/delete": async ({ body }) => {
      const before = state.objects.length;
      state.objects = state.objects.filter(
        ({ type, value }) =>
          !body.objects.some((object) => object.type === type && object.value === value),
      );
      return { deleted: before - state.objects.length };
    },
    "GET /hub/v1/objects/changes": async () => ({
      changes: [],
      more: false,
      position: {
        epoch: "00000000-0000-4000-8000-000000000000",
        revision: state.revision,
        checksum: "0".repeat(32) as never,
        count: state.objects.length,
      },
    }),
    "GET /hub/v1/enrollment-tokens": async () => ({ items: state.tokens }),
    "POST /hub/v1/enrollment-tokens": async ({ body, principal }) => {
      const info = {
        id: TokenId.parse(`tok_${crypto.randomUUID().slice(0, 12)}`),
        note: body.note,
        state: "unused" as const,
        created: iso(Date.now()),
        createdBy: principal?.name ?? "",
        expires: iso(Date.now() + body.hours * 3_600_000),
        usedBy: null,
      };
      state.tokens.unshift(info);
      return {
        token: `bw1.eyJ1IjoiaHR0cHM6Ly9odWIuZXhhbXBsZTo4NDQzIn0.${crypto.randomUUID().replaceAll("-", "")}`,
        info,
      };
    },
    "DELETE /hub/v1/enrollment-tokens/{id}": async ({ params }) => {
      found(
        state.tokens.find(({ id }) => id === params.id),
        "token",
      ).state = "revoked";
      return undefined;
    },
    "GET /hub/v1/products": async () => ({ items: state.products }),
    "POST /hub/v1/products/{id}/disconnect": async ({ params }) => {
      const product = found(
        state.products.find(({ id }) => id === params.id),
        "product",
      );
      product.onboarding = false;
      product.connected = false;
      product.streams = product.streams.map((stream) => ({
        ...stream,
        state: "out-of-sync" as const,
      }));
      return product;
    },
    "GET /hub/v1/detections": async ({ query }) => {
      const rows = state.detections.filter(
        (detection) =>
          (query.from === undefined || Number(detection.rt) >= Date.parse(query.from)) &&
          (query.q === undefined ||
            JSON.stringify(detection).toLowerCase().includes(query.q.toLowerCase())),
      );
      return pageOfRows(rows, query);
    },
  };
}

function hubType(value: string): HubObject["type"] | undefined {
  switch (recogniseValue(value)?.type) {
    case "ipv4":
    case "ipv6":
      return "ip";
    case "domain":
    case "domain-exact":
      return "domain";
    case "url":
      return "url";
    case "sha1":
      return "fileSha1";
    case "sha256":
      return "fileSha256";
    case "cidr":
    case "md5":
    case undefined:
      return undefined;
  }
}

/** Managers confirm a new object within two seconds. */
function synced(object: HubObject): HubObject {
  const { total } = object.products;
  const fresh = Date.now() - Date.parse(object.lastModified) < 2_000;
  return object.products.synced === 0 && !fresh
    ? { ...object, products: { synced: total, total } }
    : object;
}

function overview(state: HubState): HubOverview {
  const hourStart = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const isNew = state.products.length === 0;
  const byType: Record<string, number> = {};
  for (const { type } of state.objects) byType[type] = (byType[type] ?? 0) + 1;
  return {
    objects: { total: state.objects.length, byType, limitPerType: 10_000 },
    products: {
      total: state.products.filter(({ onboarding }) => onboarding).length,
      connected: state.products.filter(({ connected }) => connected).length,
      inSync: isNew ? 0 : 1,
    },
    detections24h: isNew ? 0 : 15_963,
    hourly: isNew
      ? []
      : Array.from({ length: 48 }, (_, index) => ({
          hour: iso(hourStart - (47 - index) * 3_600_000),
          count: Math.round(300 + 220 * Math.sin(index / 3.8) + ((index * 37) % 61)),
        })),
    attention: isNew
      ? []
      : [
          {
            severity: "warning",
            message: "The certificate of plant-sms expires in 12 days.",
            path: "/products",
          },
          {
            severity: "critical",
            message: "plant-sms: TLS Network Telemetry is failing.",
            path: "/products",
          },
        ],
  };
}
