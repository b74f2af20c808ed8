import { once } from "node:events";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { type ConnectionOptions, connect } from "node:tls";
import type { TestServer } from "./est-server.test-helper.ts";

export type Credentials = { readonly key: string; readonly cert: string };
type Session = NonNullable<ConnectionOptions["session"]>;
type Answer = { status: number; who?: string; code?: string };

/** One TLS connection for HTTP/1.1 requests by hand, so that no agent hides anything. */
export async function openClient(server: TestServer, client?: Credentials, session?: Session) {
  const socket = connect({
    port: server.port,
    servername: "localhost",
    ca: [...server.ca.roots],
    ...client,
    ...(session === undefined ? {} : { session }),
  });
  const tickets: Session[] = [];
  socket.on("session", (ticket) => tickets.push(ticket));
  await once(socket, "secureConnect");

  function ask(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { connection: "keep-alive" };
      const request = httpsRequest({ createConnection: () => socket, headers });
      request.on("error", reject).on("response", (response) => {
        text(response).then((body) => resolve(answerOf(response.statusCode, body)), reject);
      });
      request.end();
    });
  }

  return { socket, ask, ticket: () => tickets.at(-1) };
}

function answerOf(status = 0, body = ""): Answer {
  const { error, who } = JSON.parse(body);
  return error === undefined ? { status, who } : { status, code: error.code };
}
