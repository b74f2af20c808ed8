import {
  AppError,
  type ChangedException,
  ExceptionId,
  type exceptionsApi,
  type NewException,
  type ReputationException,
} from "@breakwater/protocol";
import { recogniseValue } from "../lib/recognise-value.ts";
import { found } from "./accounts-handlers.ts";
import { covers } from "./mock-covers.ts";
import type { Handlers } from "./mock-server.ts";
import { pageOfRows } from "./page-of-rows.ts";
import type { SmsState } from "./sms-state.ts";

export function exceptionsHandlers(state: SmsState): Handlers<typeof exceptionsApi> {
  const exception = (id: string) =>
    found(
      state.exceptions.find((one) => one.id === id),
      "exception",
    );
  return {
    "GET /api/v1/reputation/exceptions": async ({ query }) => {
      const words = query.q?.toLowerCase() ?? "";
      return pageOfRows(
        state.exceptions.filter(
          (one) =>
            (query.state === undefined || one.state === query.state) &&
            [one.value, one.reason, one.owner].some((text) => text.toLowerCase().includes(words)),
        ),
        query,
      );
    },
    "POST /api/v1/reputation/exceptions": async ({ body, principal }) => {
      const by = principal?.name ?? "";
      const made: ReputationException = {
        id: ExceptionId.parse(crypto.randomUUID()),
        ...read(state, body, by),
        created: new Date().toISOString(),
        createdBy: by,
        state: "active",
        ended: null,
        endedBy: null,
      };
      state.exceptions.unshift(made);
      return made;
    },
    "GET /api/v1/reputation/exceptions/{id}": async ({ params }) => exception(params.id),
    "PUT /api/v1/reputation/exceptions/{id}": async ({ params, body, principal }) =>
      Object.assign(exception(params.id), termsOf(body, principal?.name ?? "")),
    "DELETE /api/v1/reputation/exceptions/{id}": async ({ params }) => {
      Object.assign(exception(params.id), { state: "ended", ended: new Date().toISOString() });
      return undefined;
    },
  };
}

function read(state: SmsState, body: NewException, by: string) {
  const known = recogniseValue(body.value);
  if (known === undefined)
    throw new AppError("InvalidRequest", "This is no address, range, domain, URL or hash.");
  const type = body.type ?? known.type;
  const key = { type, value: known.value };
  const inside = state.entries.filter((entry) => covers(key, entry));
  const around = state.entries.filter((entry) => covers(entry, key) && !inside.includes(entry));
  return {
    ...key,
    ...termsOf(body, by),
    covers: inside.length,
    stillCoveredBy: around.map(({ id, type: kind, value }) => ({ id, type: kind, value })),
  };
}

function termsOf({ scope, owner, reason, expires }: ChangedException, by: string) {
  return { scope, owner: owner ?? by, reason, expires };
}
