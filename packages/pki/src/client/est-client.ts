import { X509Certificate } from "node:crypto";
import { ErrorBody, type Sha256, type TokenId } from "@breakwater/protocol";
import { encodeBase64Lines } from "../crypto/base64.ts";
import { sha256 } from "../crypto/keys.ts";
import { decodeCertsOnly } from "../crypto/pkcs7.ts";
import { isPkiErrorCode, PkiError } from "../errors.ts";
import { basicAuthorization } from "../est/basic-auth.ts";
import { EST_PATH } from "../est/est-path.ts";
import type { EstAnswer, EstRequest, EstTransport } from "./est-transport.ts";

/** CA certificates (PEM) of a server: trust anchors and what stands between. */
export type CaBundle = {
  readonly roots: readonly string[];
  readonly intermediates: readonly string[];
};

export type EstServer = { readonly transport: EstTransport; readonly url: string };
type ClientCredentials = NonNullable<EstRequest["client"]>;

/**
 * The CA of a server that nothing but a token vouches for: its answer is worth exactly as
 * much as the pinned root in it. Throws CaPinMismatch.
 */
export async function fetchPinnedCa(server: EstServer, pin: Sha256): Promise<CaBundle> {
  const answer = await call(server, { method: "GET", operation: "cacerts", trust: "unverified" });
  const bundle = readBundle(answer);
  const pinned = bundle?.roots.find((pem) => sha256(new X509Certificate(pem).raw) === pin);
  if (bundle === undefined || pinned === undefined) {
    throw new PkiError("CaPinMismatch", describeStranger(bundle));
  }
  return { roots: [pinned], intermediates: bundle.intermediates };
}

/** The CA bundle over a verified connection: all its roots may be trusted, new ones too. */
export async function fetchCa(server: EstServer, trusted: readonly string[]): Promise<CaBundle> {
  const trust = { roots: trusted };
  const bundle = readBundle(await call(server, { method: "GET", operation: "cacerts", trust }));
  if (bundle === undefined || bundle.roots.length === 0) {
    throw new PkiError("ServerAnswerInvalid", "cacerts holds no root certificate");
  }
  return bundle;
}

export type CertificateRequest = {
  /** DER. */
  readonly csr: Uint8Array;
  readonly roots: readonly string[];
  readonly by:
    | { readonly token: { readonly id: TokenId; readonly secret: string } }
    | { readonly client: ClientCredentials };
};

/** The certificates (PEM) that the server answers with; they are not verified yet. */
export async function requestCertificate(
  server: EstServer,
  request: CertificateRequest,
): Promise<string[]> {
  const isToken = "token" in request.by;
  const headers = {
    "content-type": "application/pkcs10",
    "content-transfer-encoding": "base64",
    ...("token" in request.by
      ? { authorization: basicAuthorization(request.by.token.id, request.by.token.secret) }
      : {}),
  };
  const answer = await call(server, {
    method: "POST",
    operation: isToken ? "simpleenroll" : "simplereenroll",
    trust: { roots: request.roots },
    headers,
    body: encodeBase64Lines(request.csr),
    ...("client" in request.by ? { client: request.by.client } : {}),
  });
  const certificates = readCertificates(answer);
  if (certificates === undefined) throw new PkiError("ServerAnswerInvalid");
  return certificates;
}

async function call(
  server: EstServer,
  request: Omit<EstRequest, "url"> & { operation: string },
): Promise<EstAnswer> {
  const { operation, ...rest } = request;
  const answer = await server.transport({
    ...rest,
    url: new URL(EST_PATH + operation, server.url),
  });
  if (answer.status === 200) return answer;
  throw refusalOf(answer, server.url);
}

function refusalOf(answer: EstAnswer, url: string): PkiError {
  const parsed = ErrorBody.safeParse(parseJson(answer.body));
  const error = parsed.success ? parsed.data.error : undefined;
  if (error !== undefined && isPkiErrorCode(error.code)) {
    const reference = error.requestId === undefined ? "" : `, request ${error.requestId}`;
    return new PkiError(error.code, `answer of ${url}${reference}`);
  }
  // Whoever answered may be a stranger: not everything it says goes into a log.
  const said = (error?.message ?? "").replace(/[^\x20-\x7e]+/g, " ").slice(0, 200);
  return new PkiError("ServerRefused", `${url} answered ${answer.status} ${said}`);
}

function readBundle(answer: EstAnswer): CaBundle | undefined {
  const certificates = readCertificates(answer)?.map((pem) => new X509Certificate(pem));
  if (certificates === undefined) return undefined;
  return {
    roots: certificates.filter(isRoot).map(String),
    intermediates: certificates.filter((one) => one.ca && !isRoot(one)).map(String),
  };
}

function isRoot(certificate: X509Certificate): boolean {
  try {
    return (
      certificate.ca &&
      certificate.checkIssued(certificate) &&
      certificate.verify(certificate.publicKey)
    );
  } catch {
    // A key that OpenSSL cannot use; a stranger may send anything.
    return false;
  }
}

function readCertificates(answer: EstAnswer): string[] | undefined {
  if (!answer.contentType.startsWith("application/pkcs7-mime")) return undefined;
  return decodeCertsOnly(answer.body);
}

function describeStranger(bundle: CaBundle | undefined): string {
  const [root] = bundle?.roots ?? [];
  if (root === undefined) return "the answer holds no CA certificate";
  return `it presents "${new X509Certificate(root).subject.replaceAll("\n", ", ").slice(0, 200)}"`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
