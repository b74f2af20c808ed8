import { randomUUID } from "node:crypto";
import { issueLeaf } from "../ca/issue-leaf.ts";
import type { CertificateAuthority } from "../ca/open-ca.ts";
import { decodeBase64Lenient } from "../crypto/base64.ts";
import { publicKeyFromCsr } from "../crypto/csr.ts";
import { publicKeyFingerprint } from "../crypto/keys.ts";
import { PkiError, type PkiErrorCode } from "../errors.ts";
import { formatIdentityUri, type Identity } from "../identity-uri.ts";
import type { PeerDecision } from "../peer/peer-decision.ts";
import { tokenCredentials } from "./basic-auth.ts";
import type { EnrolmentPort, EnrolOutcome } from "./enrolment-port.ts";
import { EST_PATH } from "./est-path.ts";
import {
  certificatesReply,
  type EstReply,
  emptyReply,
  methodReply,
  refusalReply,
  sendReply,
} from "./est-reply.ts";
import type { AnyResponse, HttpRequest } from "./http-types.ts";
import { readBody } from "./read-body.ts";

const MAX_CSR_BYTES = 16 * 1024;
const BODY_TIMEOUT_MS = 20_000;

export type EstEvent = {
  readonly operation: "simpleenroll" | "simplereenroll";
  readonly requestId: string;
  readonly source: string;
  /** Token id or identity URI; absent when the request did not get that far. */
  readonly subject?: string;
  readonly outcome: "issued" | PkiErrorCode;
  readonly cause?: unknown;
};

export type EstOptions = {
  /** A function, because the CA is replaced at a roll-over. */
  readonly ca: () => CertificateAuthority;
  readonly port: EnrolmentPort;
  readonly checkPeer: (request: HttpRequest) => PeerDecision;
  readonly now: () => number;
  /** For logs, audit and counters; must not throw. */
  readonly onEvent?: (event: EstEvent) => void;
};

type Call = { readonly request: HttpRequest; readonly requestId: string; readonly source: string };

/**
 * EST server (RFC 7030) for node:https and node:http2. The handler answers true when the
 * request was for EST; otherwise it has not touched it. Put it before any framework that
 * reads bodies.
 */
export function createEstHandler(options: EstOptions) {
  return (request: HttpRequest, response: AnyResponse): boolean => {
    if (request.url === undefined || !request.url.startsWith(EST_PATH)) return false;
    const call = {
      request,
      requestId: randomUUID(),
      source: addressOf(request),
    };
    answer(options, call)
      .then((reply) => sendReply(request, response, reply))
      // The client is gone: there is nobody left to tell.
      .catch(() => response.destroy());
    return true;
  };
}

function addressOf(request: HttpRequest): string {
  try {
    return request.socket.remoteAddress ?? "unknown";
  } catch {
    // http2 throws when the session is gone.
    return "unknown";
  }
}

async function answer(options: EstOptions, call: Call): Promise<EstReply> {
  const { method, url = "" } = call.request;
  const operation = url.slice(EST_PATH.length).split("?", 1)[0];
  switch (operation) {
    case "cacerts": {
      const ca = options.ca();
      return method === "GET"
        ? certificatesReply([...ca.roots, ca.issuingPem])
        : methodReply("GET");
    }
    case "csrattrs":
      return method === "GET" ? emptyReply() : methodReply("GET");
    case "simpleenroll":
      return method === "POST"
        ? settle(options, call, operation, (note) => simpleEnroll(options, call, note))
        : methodReply("POST");
    case "simplereenroll":
      return method === "POST"
        ? settle(options, call, operation, (note) => simpleReenroll(options, call, note))
        : methodReply("POST");
    default:
      return refusalReply("EstPathUnknown", call.requestId);
  }
}

/** Turns outcome or failure into a reply and one event. */
async function settle(
  options: EstOptions,
  call: Call,
  operation: EstEvent["operation"],
  run: (note: (subject: string) => void) => Promise<EnrolOutcome>,
): Promise<EstReply> {
  const { requestId, source } = call;
  const event: { subject?: string } = {};
  const report = (outcome: EstEvent["outcome"], failure: { cause?: unknown } = {}) =>
    options.onEvent?.({ operation, requestId, source, ...event, outcome, ...failure });
  try {
    const outcome = await run((subject) => {
      event.subject = subject;
    });
    report(outcome.kind === "issued" ? "issued" : outcome.code);
    return outcome.kind === "issued"
      ? certificatesReply([outcome.certificatePem])
      : refusalReply(outcome.code, requestId);
  } catch (cause) {
    const code = cause instanceof PkiError ? cause.reason : "EnrolmentFailed";
    report(code, { cause });
    return refusalReply(code, requestId);
  }
}

async function simpleEnroll(
  options: EstOptions,
  call: Call,
  note: (subject: string) => void,
): Promise<EnrolOutcome> {
  const credentials = tokenCredentials(call.request.headers.authorization);
  if (credentials === undefined) return { kind: "refused", code: "CredentialsMissing" };
  note(credentials.tokenId);
  const publicKey = await receivePublicKey(call.request);
  return options.port.enroll({
    ...credentials,
    publicKeyFingerprint: publicKeyFingerprint(publicKey),
    source: call.source,
    issue: (identity: Identity, lifetime?: number) =>
      issueLeaf(
        options.ca(),
        { kind: "client", publicKey, identity, ...(lifetime === undefined ? {} : { lifetime }) },
        options.now(),
      ),
  });
}

async function simpleReenroll(
  options: EstOptions,
  call: Call,
  note: (subject: string) => void,
): Promise<EnrolOutcome> {
  const peer = options.checkPeer(call.request);
  if (peer.kind === "refused") return { kind: "refused", code: peer.code };
  note(formatIdentityUri(peer.identity));
  const publicKey = await receivePublicKey(call.request);
  const fingerprint = publicKeyFingerprint(publicKey);
  if (fingerprint === peer.publicKeyFingerprint) return { kind: "refused", code: "KeyReused" };
  return options.port.reenroll({
    identity: peer.identity,
    presentedFingerprint: peer.fingerprint,
    publicKeyFingerprint: fingerprint,
    source: call.source,
    issue: () =>
      issueLeaf(
        options.ca(),
        { kind: "client", publicKey, identity: peer.identity },
        options.now(),
      ),
  });
}

async function receivePublicKey(request: HttpRequest): Promise<Buffer> {
  const mediaType = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/pkcs10") throw new PkiError("ContentTypeWrong");
  if (Number(request.headers["content-length"] ?? 0) > MAX_CSR_BYTES) {
    throw new PkiError("BodyTooLarge");
  }
  const body = await readBody(request, { maxBytes: MAX_CSR_BYTES, timeoutMs: BODY_TIMEOUT_MS });
  const der = decodeBase64Lenient(body.toString("latin1"));
  if (der === undefined) throw new PkiError("CsrMalformed");
  return publicKeyFromCsr(der);
}
