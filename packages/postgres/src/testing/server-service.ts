import { createServer, request, type Server } from "node:http";
import { AppError } from "@breakwater/protocol";

/** Path of a socket on which test processes ask for the shared server's URL. */
const VARIABLE = "BREAKWATER_TEST_POSTGRES";

/** Answers every request with the URL `start` gives; the caller makes it start at most once. */
export async function offerServer(socketPath: string, start: () => Promise<string>) {
  const service = createServer((_request, response) => {
    start().then(
      (url) => response.end(url),
      (error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      },
    );
  });
  await listening(service, socketPath);
  process.env[VARIABLE] = socketPath;
  return { close: () => closed(service) };
}

function listening(service: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    service.once("error", reject);
    service.listen(socketPath, resolve);
  });
}

function closed(service: Server): Promise<void> {
  service.closeAllConnections();
  return new Promise((resolve) => {
    service.close(() => resolve());
  });
}

/** URL of the maintenance database of the shared server; the first to ask starts it. */
export function askForServer(): Promise<string> {
  const socketPath = process.env[VARIABLE];
  if (socketPath === undefined) {
    throw new AppError(
      "Unavailable",
      "There is no test server: vitest.config.ts must name packages/postgres/src/testing/global-setup.ts as globalSetup.",
    );
  }
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: "/", timeout: 120_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("error", reject);
      response.on("close", () => {
        if (response.complete && response.statusCode === 200) resolve(text);
        else reject(new Error(`the test server did not start: ${text}`));
      });
    });
    asked.on("timeout", () => asked.destroy(new Error("the test server did not answer")));
    asked.on("error", reject);
    asked.end();
  });
}
