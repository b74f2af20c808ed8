import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createLabCertificate } from "./lab-certificate.ts";
import { LAB_FILES, smallBody } from "./lab-files.ts";

const answer: RequestListener = (request, response) => {
  // Uploads are read to their end: an engine can only hash a body that arrives.
  request.resume();
  request.on("end", () => {
    const body = bodyFor(request);
    response.setHeader("content-type", "application/octet-stream");
    response.setHeader("content-length", body.length);
    response.end(request.method === "HEAD" ? undefined : body);
  });
};

function bodyFor(request: IncomingMessage): Buffer {
  const path = request.url ?? "/";
  const file = LAB_FILES.find((candidate) => candidate.path === path);
  return file?.body ?? Buffer.from(smallBody(request.headers.host ?? "", path));
}

/** HTTP/1.1 for any host and path, on every address of the namespace. */
export function startHttpServer(port: number): Promise<Server> {
  // Host-less and odd requests are part of what the lab is for.
  const server = createServer({ requireHostHeader: false, insecureHTTPParser: true }, answer);
  return listening(server, port);
}

/** The same over TLS, with one self-signed certificate for any server name. */
export async function startHttpsServer(port: number): Promise<Server> {
  return listening(createTlsServer(await createLabCertificate(), answer), port);
}

function listening(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "::", () => resolve(server));
  });
}
