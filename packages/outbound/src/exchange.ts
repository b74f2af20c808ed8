import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { explainFailure } from "./explain-failure.ts";
import { type Closable, openConnection } from "./open-connection.ts";
import type { OutboundRequest } from "./outbound-request.ts";
import type { Patience } from "./patience.ts";
import { hostOf, type Surroundings } from "./resolve-target.ts";

/** One request of a chain of redirects. */
export type Hop = {
  url: URL;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array | undefined;
};

/** Sends one request and waits for the head of its answer. Follows nothing. */
export async function exchange(
  hop: Hop,
  settings: Pick<OutboundRequest, "allowPrivate" | "ca" | "proxy">,
  patience: Patience,
  surroundings: Surroundings,
): Promise<IncomingMessage> {
  const open = new Set<Closable>();
  let givenUp = false;
  const close = () => {
    givenUp = true;
    for (const connection of open) connection.destroy();
  };
  const onOpen = (connection: Closable) => {
    if (givenUp) connection.destroy();
    else open.add(connection);
  };
  const work = openConnection(hop.url, settings, surroundings, onOpen).then((socket) =>
    headOfAnswer(hop, socket),
  );
  try {
    return await patience.during(work, close);
  } catch (error) {
    close();
    throw explainFailure(error, hostOf(hop.url));
  }
}

function headOfAnswer(hop: Hop, socket: Socket): Promise<IncomingMessage> {
  const { url, method, body } = hop;
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      method,
      path: `${url.pathname}${url.search}`,
      headers: { ...hop.headers, ...length, host: url.host, connection: "close" },
    });
    request.once("response", resolve);
    // Also after the answer has begun, when its body is where the error shows.
    request.on("error", reject);
    request.once("close", () => {
      reject(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
    });
    request.end(body);
  });
}
