import {
  type DistributedObject,
  type DistributionTarget,
  DistributionTargetId,
  type DistributionTargetInput,
  type objectDistributionApi,
} from "@breakwater/protocol";
import { found } from "./accounts-handlers.ts";
import type { Handlers } from "./mock-server.ts";
import { pageOfRows } from "./page-of-rows.ts";
import { iso } from "./sms-state.ts";

/** Object distribution over memory. */
export function distributionHandlers(filled: boolean): Handlers<typeof objectDistributionApi> {
  const targets = filled ? seedTargets() : [];
  const objects = seedObjects();
  const find = (id: string) =>
    found(
      targets.find((target) => target.id === id),
      "target",
    );
  return {
    "GET /hub/v1/object-distribution/targets": async () => ({ items: targets }),
    "POST /hub/v1/object-distribution/targets": async ({ body }) => {
      const target = targetOf(crypto.randomUUID(), body);
      targets.push(target);
      return target;
    },
    "PUT /hub/v1/object-distribution/targets/{id}": async ({ params, body }) =>
      Object.assign(find(params.id), targetOf(params.id, body)),
    "DELETE /hub/v1/object-distribution/targets/{id}": async ({ params }) => {
      targets.splice(targets.indexOf(find(params.id)), 1);
      return undefined;
    },
    "POST /hub/v1/object-distribution/targets/{id}/retry": async ({ params }) => {
      const target = find(params.id);
      Object.assign(target, { state: "catching-up", lastError: null, nextTry: null });
      return { retried: target.objects.refused };
    },
    "GET /hub/v1/object-distribution/targets/{id}/objects": async ({ params, query }) => {
      find(params.id);
      const rows = objects.filter(
        (object) =>
          object.value.includes(query.q ?? "") &&
          (query.state === undefined || object.state === query.state),
      );
      return pageOfRows(rows, query);
    },
    "POST /hub/v1/object-distribution/test": async ({ body }) => {
      const pinned = body.tls.verify === "fingerprint";
      const step = { milliseconds: 12, remedy: "" };
      return {
        ok: pinned,
        steps: [
          { ...step, step: "TCP", result: "ok", detail: `${body.address}:${body.port} answers.` },
          pinned
            ? { ...step, step: "TLS", result: "ok", detail: "The certificate is accepted." }
            : {
                ...step,
                step: "TLS",
                result: "failed",
                detail: "self-signed certificate.",
                remedy: "Compare the certificate's fingerprint with the server's, and pin it.",
              },
          {
            ...step,
            step: "Credentials and web API",
            result: pinned ? "ok" : "skipped",
            detail: pinned ? "The web API answers." : "Not tried: an earlier step failed.",
          },
        ],
        certificate: {
          subject: "CN=sms.example",
          issuer: "CN=sms.example",
          fingerprint: "ab".repeat(32),
          expires: iso(Date.now() + 200 * 86_400_000),
        },
      };
    },
  };
}

function targetOf(id: string, input: DistributionTargetInput): DistributionTarget {
  const { password: _, ...settings } = input;
  return {
    ...settings,
    id: DistributionTargetId.parse(id),
    state: input.enabled ? "in-sync" : "disabled",
    lastError: null,
    lastSuccess: iso(Date.now()),
    nextTry: null,
    objects: { sent: 0, waiting: 0, refused: 0 },
  };
}

function seedTargets(): DistributionTarget[] {
  const base = targetOf("00000000-0000-4000-8000-000000000001", {
    name: "Branch SMS",
    enabled: true,
    address: "192.0.2.10",
    port: 443,
    tls: { verify: "fingerprint", fingerprint: "ab".repeat(32) },
    userName: "feeder",
    types: ["ipv4", "domain"],
    risk: "high-medium",
    sendTtl: true,
  });
  return [
    { ...base, objects: { sent: 4_812, waiting: 0, refused: 2 } },
    {
      ...base,
      id: DistributionTargetId.parse("00000000-0000-4000-8000-000000000002"),
      name: "Plant SMS",
      address: "192.0.2.20",
      state: "failing",
      lastError: {
        time: iso(Date.now() - 20_000),
        message: "The server refused user name or password (401).",
        remedy: "Check both, and save them again.",
      },
      nextTry: iso(Date.now() + 40_000),
      objects: { sent: 17, waiting: 240, refused: 0 },
    },
  ];
}

function seedObjects(): DistributedObject[] {
  const states = ["sent", "sent", "sent", "waiting", "refused", "deleted"] as const;
  return Array.from({ length: 250 }, (_, index): DistributedObject => {
    const state = states[index % states.length] ?? "sent";
    const isOpen = state === "waiting" || state === "refused";
    return {
      type: "domain",
      value: `host${index}.example`,
      riskLevel: index % 3 === 0 ? "Medium" : "High",
      wanted: state !== "deleted",
      state,
      sent: isOpen ? null : iso(Date.now() - index * 60_000),
      attempts: state === "refused" ? 3 : 0,
      error:
        state === "refused"
          ? "The server did not accept the entry (412); its system log says why."
          : null,
      nextTry: isOpen ? iso(Date.now() + 60_000) : null,
    };
  });
}
