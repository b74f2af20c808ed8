import type { HttpApp } from "@breakwater/platform";
import { exceptionsApi, invalidField } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import {
  changeException,
  type ExceptionDeps,
  endException,
  exceptionNotFound,
  makeException,
} from "./change-exception.ts";
import { presentException } from "./present-exception.ts";
import {
  countExceptions,
  type ExceptionCursor,
  type ExceptionRow,
  findException,
  listExceptions,
} from "./store.ts";

const MOST_COUNTED = 10_000;

export function registerExceptions(app: HttpApp, deps: ExceptionDeps): void {
  const { db } = deps;
  app.route(exceptionsApi, "GET /api/v1/reputation/exceptions", async ({ query: given }) => {
    const { cursor, limit, ...query } = given;
    const found = await listExceptions(db, query, decodeCursor(cursor), limit + 1);
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    const total = await countExceptions(db, query, MOST_COUNTED + 1);
    return {
      items: await Promise.all(rows.map((row) => presentException(db, row))),
      ...(last === undefined ? {} : { nextCursor: encodeCursor(last) }),
      total: { value: Math.min(total, MOST_COUNTED), exact: total <= MOST_COUNTED },
    };
  });

  app.route(exceptionsApi, "POST /api/v1/reputation/exceptions", async (call) =>
    presentException(db, await makeException(deps, call.body, actorOf(call))),
  );

  app.route(exceptionsApi, "GET /api/v1/reputation/exceptions/{id}", async ({ params }) => {
    const row = await findException(db, params.id);
    if (row === undefined) throw exceptionNotFound();
    return presentException(db, row);
  });

  app.route(exceptionsApi, "PUT /api/v1/reputation/exceptions/{id}", async (call) =>
    presentException(db, await changeException(deps, call.params.id, call.body, actorOf(call))),
  );

  app.route(exceptionsApi, "DELETE /api/v1/reputation/exceptions/{id}", async (call) => {
    await endException(deps, call.params.id, actorOf(call));
    return undefined;
  });
}

function encodeCursor({ created, id }: ExceptionRow): string {
  return `${created.getTime()}.${id}`;
}

function decodeCursor(text: string | undefined): ExceptionCursor | undefined {
  if (text === undefined) return undefined;
  const [, time, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(text) ?? [];
  if (time !== undefined && id !== undefined) return { created: new Date(Number(time)), id };
  throw invalidField("cursor", text, "it does not come from this list", "Start without it");
}
