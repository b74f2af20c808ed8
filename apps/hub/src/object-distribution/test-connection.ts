import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import type { PeerCertificate } from "node:tls";
import { AppError, type DistributionTest, type TestStep } from "@breakwater/protocol";
import { failureFrom, readAnswer, type TargetFailure } from "./read-answer.ts";
import {
  connectSecurely,
  connectTls,
  fingerprintOf,
  openTargetClient,
  type TargetServer,
} from "./target-server.ts";
import { queryPath } from "./web-api-request.ts";

const CONNECT_MS = 10_000;
/** Of the documentation range: in nobody's way. */
const PROBE = { type: "ip", value: "192.0.2.1" } as const;

type Step = { name: string; run: () => Promise<string> };

/** Every layer up to the web API itself; after a failure the rest is skipped. Changes nothing there. */
export async function testTarget(server: TargetServer): Promise<DistributionTest> {
  let certificate: DistributionTest["certificate"] = null;
  const steps: Step[] = [
    { name: "TCP", run: () => reach(server) },
    {
      name: "TLS",
      run: async () => {
        // Read without trust first, so that a certificate that fails can still be looked at and pinned.
        certificate = await readCertificate(server);
        const socket = await connectSecurely(server);
        socket.destroy();
        return `The certificate of ${certificate.subject} is accepted.`;
      },
    },
    { name: "Credentials and web API", run: () => askApi(server) },
  ];
  const results: TestStep[] = [];
  for (const step of steps) {
    const broken = results.some(({ result }) => result === "failed");
    results.push(broken ? skipped(step) : await perform(step));
  }
  return { ok: results.every(({ result }) => result === "ok"), steps: results, certificate };
}

async function perform({ name, run }: Step): Promise<TestStep> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const detail = await run();
    return { step: name, result: "ok", milliseconds: took(), detail, remedy: "" };
  } catch (error) {
    const { message, remedy } = error instanceof Refusal ? error.failure : failureFrom(error);
    return { step: name, result: "failed", milliseconds: took(), detail: message, remedy };
  }
}

function skipped({ name }: Step): TestStep {
  const detail = "Not tried: an earlier step failed.";
  return { step: name, result: "skipped", milliseconds: 0, detail, remedy: "" };
}

async function reach({ address, port }: TargetServer): Promise<string> {
  const socket = connectTcp({ host: address, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(CONNECT_MS) });
    return `${address}:${port} answers.`;
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
    const cause = Object.assign(error, { code: "ETIMEDOUT" });
    throw new AppError("BadGateway", "The server did not answer in time.", { cause });
  } finally {
    socket.destroy();
  }
}

async function readCertificate(
  server: TargetServer,
): Promise<NonNullable<DistributionTest["certificate"]>> {
  const socket = await connectTls(server, { rejectUnauthorized: false });
  try {
    const peer = socket.getPeerCertificate();
    return {
      subject: nameOf(peer.subject),
      issuer: nameOf(peer.issuer),
      fingerprint: fingerprintOf(socket),
      expires: new Date(peer.valid_to).toISOString(),
    };
  } finally {
    socket.destroy();
  }
}

/** The distinguished name on one line, without what a hostile certificate could draw with. */
function nameOf(name: PeerCertificate["subject"]): string {
  return Object.entries(name)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(", ")
    .replaceAll(/\p{Cc}/gu, " ")
    .slice(0, 300);
}

async function askApi(server: TargetServer): Promise<string> {
  const client = openTargetClient(server, 1);
  try {
    const status = await client.post(queryPath(PROBE), new AbortController().signal);
    const answer = readAnswer(status);
    if (answer.kind === "done") return "The web API answers and takes these credentials.";
    if (answer.kind === "failed") throw new Refusal(answer);
    throw new Refusal({
      kind: "failed",
      message: answer.reason,
      remedy: "Look at the server's system log.",
    });
  } finally {
    client.close();
  }
}

/** A status that fails the test, with its remedy. */
class Refusal extends Error {
  readonly failure: TargetFailure;
  constructor(failure: TargetFailure) {
    super(failure.message);
    this.failure = failure;
  }
}
