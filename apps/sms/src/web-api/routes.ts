import type { IncomingMessage } from "node:http";
import type { HttpApp } from "@breakwater/platform";
import type { Actor } from "../audit.ts";
import { addEntry } from "./add-entry.ts";
import { type Answer, sendAnswer, sendFailure } from "./answer.ts";
import { authenticateClient, type ClientAuthentication } from "./authenticate-client.ts";
import type { WebApiDeps } from "./change-audited.ts";
import { deleteEntries } from "./delete-entries.ts";
import { importEntries } from "./import-entries.ts";
import { readMultipart } from "./multipart.ts";
import { type Parameters, readParameters, readTarget, withFields } from "./parameters.ts";
import { queryEntries } from "./query-entries.ts";
import { hasLargeBody, readBody } from "./read-body.ts";
import { malformed, shown, WebApiError } from "./web-api-error.ts";

export type WebApiRoutes = WebApiDeps & { authentication: ClientAuthentication };

/** Some clients write two slashes after the host. */
const PATHS = ["/repEntries/*", "//repEntries/*"] as const;
/** Each may take the memory of the largest body. Most calls have none, and are not counted. */
const MOST_LARGE_BODIES = 4;

/**
 * The SMS web API for reputation, as clients of TippingPoint's SMS speak it. The handlers own the
 * bytes, because those clients bend HTTP, and check credentials themselves, because theirs are not
 * those of our REST API.
 */
export function registerWebApi(app: HttpApp, deps: WebApiRoutes): void {
  const largeBodies = { open: 0 };
  const summary = "SMS web API: reputation entries";
  for (const path of PATHS) {
    for (const method of ["GET", "POST"] as const) {
      app.raw(method, path, { summary, permission: "public" }, async (request, response) => {
        try {
          sendAnswer(response, await answerCall(deps, request, largeBodies));
        } catch (error) {
          sendFailure(response, error, deps.log);
        }
      });
    }
  }
}

async function answerCall(
  deps: WebApiRoutes,
  request: IncomingMessage,
  largeBodies: { open: number },
): Promise<Answer> {
  const { operation, parameters } = readTarget(request.url ?? "");
  // HEAD comes with GET, and must not change anything.
  if (request.method !== "GET" && request.method !== "POST") throw malformed("Use GET or POST.");
  const source = request.socket.remoteAddress ?? "";
  const { headers } = request;
  const principal = await authenticateClient(deps.authentication, { headers, parameters, source });
  const by: Actor = { principal, source };
  if (request.method === "GET") {
    return await answerOperation(deps, operation, { parameters, file: undefined }, by);
  }
  const slots = hasLargeBody(request) ? 1 : 0;
  if (slots > 0 && largeBodies.open >= MOST_LARGE_BODIES) {
    throw new WebApiError(500, "Other clients are sending files. Try again in a few seconds.", 5);
  }
  largeBodies.open += slots;
  try {
    const input = withBody(parameters, await readBody(request), headers["content-type"] ?? "");
    return await answerOperation(deps, operation, input, by);
  } finally {
    largeBodies.open -= slots;
  }
}

type Input = { parameters: Parameters; file: Buffer | undefined };

/** The Content-Type is believed only of forms: clients send files as application/json. */
function withBody(parameters: Parameters, body: Buffer, contentType: string): Input {
  const form = readMultipart(body);
  if (form !== undefined) {
    return { parameters: withFields(parameters, form.fields), file: form.file };
  }
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    return { parameters, file: undefined };
  }
  const fields = [...readParameters(body.toString("utf8"))].flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return { parameters: withFields(parameters, fields), file: undefined };
}

async function answerOperation(
  deps: WebApiDeps,
  operation: string,
  { parameters, file }: Input,
  by: Actor,
): Promise<Answer> {
  switch (operation) {
    case "add":
      await addEntry(deps, parameters, by);
      return { status: 200 };
    case "delete":
      await deleteEntries(deps, { parameters, file }, by);
      return { status: 200 };
    case "query": {
      const found = await queryEntries(deps.db, parameters);
      return found.length === 0 ? { status: 204 } : { status: 200, body: `${found.join("\n")}\n` };
    }
    case "import": {
      if (file === undefined) {
        throw malformed("Send the file by POST as multipart/form-data, in a part called file.");
      }
      const { accepted, ignored } = await importEntries(deps, { parameters, file }, by);
      const headers = { "x-lines-accepted": `${accepted}`, "x-lines-ignored": `${ignored}` };
      return { status: 200, headers };
    }
    default:
      throw new WebApiError(
        404,
        `There is no ${shown(operation)} of reputation entries. There are add, delete, query and import.`,
      );
  }
}
