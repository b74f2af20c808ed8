import { OutboundError } from "./outbound-error.ts";

const NO_TRUST =
  "Add the certificate authority that issued it to this connection, if the server is the right one";
const CERTIFICATES: Readonly<Record<string, readonly [string, string]>> = {
  CERT_HAS_EXPIRED: ["has expired", "Have it renewed, or check this machine's clock"],
  CERT_NOT_YET_VALID: ["is not valid yet", "Check the clocks of both machines"],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["is signed by itself", "Add it to this connection's authorities"],
  SELF_SIGNED_CERT_IN_CHAIN: ["was issued by an authority that is not trusted", NO_TRUST],
  UNABLE_TO_GET_ISSUER_CERT: ["was issued by an authority that is not trusted", NO_TRUST],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["was issued by an authority that is not trusted", NO_TRUST],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["comes without the authority that issued it", NO_TRUST],
  CERT_REVOKED: ["is revoked", "Have the server's certificate replaced"],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "was issued for another name",
    "Use the name in the certificate, or have it issued for this one",
  ],
};

const UNREACHABLE: Readonly<Record<string, readonly [string, string]>> = {
  ENOTFOUND: ["the name does not exist", "Check the spelling and this machine's name servers"],
  EAI_AGAIN: ["the name cannot be resolved now", "Check this machine's name servers"],
  ECONNREFUSED: ["nothing listens there", "Check the port, and whether the server runs"],
  EHOSTUNREACH: ["there is no way to it", "Check routes and firewalls"],
  ENETUNREACH: ["there is no way to its network", "Check routes and firewalls"],
  ETIMEDOUT: ["it does not answer", "Check routes and firewalls"],
  EPIPE: ["it closed the connection", "Try again later"],
  ECONNRESET: ["it closed the connection", "Try again later"],
};

/** What went wrong with `host`, for people. Errors of our own pass through, also those of a signal. */
export function explainFailure(error: unknown, host: string): unknown {
  if (!(error instanceof Error) || error instanceof OutboundError) return error;
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code = codeOf(first);
  const certificate = CERTIFICATES[code];
  if (certificate !== undefined) {
    const message = `${host}: its certificate ${certificate[0]}`;
    return new OutboundError("Certificate", message, certificate[1]);
  }
  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined) {
    return new OutboundError("Unreachable", `${host}: ${unreachable[0]}`, unreachable[1]);
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_")) {
    const remedy = "Check that the port speaks TLS 1.2 or newer";
    return new OutboundError("Certificate", `${host}: TLS failed (${code})`, remedy);
  }
  if (code.startsWith("HPE_") || code.startsWith("Z_") || code.startsWith("ERR_")) {
    const remedy = "Check that the address is the right one";
    return new OutboundError("BadAnswer", `${host}: the answer is damaged (${code})`, remedy);
  }
  return error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
