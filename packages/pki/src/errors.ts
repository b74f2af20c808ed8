import { AppError, type ErrorBody, type ErrorCode, httpStatus } from "@breakwater/protocol";

const NEW_TOKEN =
  "Create a new enrollment token: for an SMS or a gateway on the hub's Product Instance page, for a device on the SMS's Devices page.";
const REENROL = "Enrol again with a new enrollment token.";
const CHECK_CLOCKS = "Compare the clocks of both sides (UTC) and correct the wrong one.";

/** Every refusal of this package: its HTTP class, what happened, what to do about it. */
export const PKI_ERRORS = {
  TokenMalformed: {
    status: "InvalidRequest",
    message: "This is not an enrollment token.",
    remedy: 'Copy the whole token: it is one word that begins with "bw1_".',
  },
  TokenMistyped: {
    status: "InvalidRequest",
    message: "The enrollment token is damaged: its checksum does not fit.",
    remedy: "Copy the whole token again; a character is missing, added or changed.",
  },
  TokenForeign: {
    status: "InvalidRequest",
    message: "The enrollment token was made for something else.",
    remedy: NEW_TOKEN,
  },
  TokenExpired: {
    status: "PermissionDenied",
    message: "The enrollment token has expired.",
    remedy: `${NEW_TOKEN} If it should still be valid: ${CHECK_CLOCKS}`,
  },
  TokenUsed: {
    status: "PermissionDenied",
    message: "The enrollment token was already used with another key; a token works once.",
    remedy: NEW_TOKEN,
  },
  TokenRevoked: {
    status: "PermissionDenied",
    message: "The enrollment token was withdrawn.",
    remedy: NEW_TOKEN,
  },
  TokenUnknown: {
    status: "NotAuthenticated",
    message: "The enrollment token is not known here.",
    remedy: NEW_TOKEN,
  },
  CredentialsMissing: {
    status: "NotAuthenticated",
    message: "Enrolment needs HTTP Basic credentials: the token's id and secret.",
    remedy: "Send the id of the enrollment token as user name and its secret as password.",
  },
  CsrMalformed: {
    status: "InvalidRequest",
    message: "The body is not a base64 PKCS#10 certificate request.",
    remedy: "Send the DER of the certificate request in base64 (RFC 7030, 4.2.1).",
  },
  CsrUnproven: {
    status: "InvalidRequest",
    message: "The signature of the certificate request does not fit its public key.",
    remedy: "Sign the certificate request with the key it asks a certificate for.",
  },
  KeyNotAllowed: {
    status: "InvalidRequest",
    message: "This kind of public key is not accepted.",
    remedy: "Use an EC key on P-256 (preferred) or P-384, Ed25519, or RSA of 2048 to 4096 bits.",
  },
  KeyReused: {
    status: "InvalidRequest",
    message: "A renewal needs a new key; this one belongs to the present certificate.",
    remedy: "Make a new key and a new certificate request.",
  },
  BodyTooLarge: {
    status: "PayloadTooLarge",
    message: "The certificate request is too large.",
    remedy: "Send only the certificate request, at most 16 KiB.",
  },
  ContentTypeWrong: {
    status: "UnsupportedMediaType",
    message: "The content type is not application/pkcs10.",
    remedy: 'Send the header "Content-Type: application/pkcs10".',
  },
  CertificateMissing: {
    status: "NotAuthenticated",
    message: "No client certificate was presented.",
    remedy: "Enrol first, then connect with the issued certificate.",
  },
  CertificateForeign: {
    status: "CertificateRefused",
    message: "The client certificate was not issued by this server's CA.",
    remedy: `Connect to the server that issued it. Otherwise: ${REENROL}`,
  },
  CertificateExpired: {
    status: "CertificateRefused",
    message: "The client certificate has expired.",
    remedy: REENROL,
  },
  CertificateNotYetValid: {
    status: "CertificateRefused",
    message: "The client certificate is not valid yet.",
    remedy: CHECK_CLOCKS,
  },
  CertificateWrongUsage: {
    status: "CertificateRefused",
    message: "The certificate may not be used by a client.",
    remedy: "Present the certificate that enrolment issued, not a server certificate.",
  },
  CertificateNoIdentity: {
    status: "CertificateRefused",
    message: "The certificate does not name an identity that may connect here.",
    remedy: REENROL,
  },
  CertificateRevoked: {
    status: "CertificateRefused",
    message: "The certificate was revoked.",
    remedy: REENROL,
  },
  CertificateSuperseded: {
    status: "CertificateRefused",
    message: "The certificate was replaced by a newer one.",
    remedy:
      "Connect with the newer certificate. If it is lost, or you see this without a renewal, enrol again: a copy of this identity may be in use.",
  },
  IdentityUnknown: {
    status: "CertificateRefused",
    message: "The identity in the certificate is not known here.",
    remedy: REENROL,
  },
  IssuingCaExpired: {
    status: "Unavailable",
    message: "The issuing CA has expired or is about to.",
    remedy: "Renew the issuing CA of this server.",
  },
  EstPathUnknown: {
    status: "NotFound",
    message: "There is no such EST operation here.",
    remedy: "Use cacerts, csrattrs, simpleenroll or simplereenroll.",
  },
  RequestIncomplete: {
    status: "InvalidRequest",
    message: "The request ended before its body was complete.",
    remedy: "Send it again.",
  },
  EnrolmentFailed: {
    status: "Internal",
    message: "The certificate could not be issued because of an internal error.",
    remedy: "Try again with the same key; the server's log has the cause under the request id.",
  },
  CaPinMismatch: {
    status: "BadGateway",
    message: "The server that answered is not the one that made this token: its CA is different.",
    remedy:
      "Check the address in the token, and whether a TLS-inspecting proxy sits between; exempt the server from inspection.",
  },
  ServerUnreachable: {
    status: "BadGateway",
    message: "The server cannot be reached.",
    remedy: "Check address, name resolution, firewall and proxy.",
  },
  ServerUntrusted: {
    status: "BadGateway",
    message: "The server's certificate is not valid for this connection.",
    remedy:
      "Check that the server's certificate covers the host name used, that its CA is the enrolled one, and both clocks.",
  },
  ServerAnswerInvalid: {
    status: "BadGateway",
    message: "The server's answer is not a usable certificate.",
    remedy: "Check that the address leads to a Breakwater server and not to something in between.",
  },
  ServerRefused: {
    status: "BadGateway",
    message: "The server refused the request.",
    remedy: "See the server's message.",
  },
} as const satisfies Record<string, { status: ErrorCode; message: string; remedy: string }>;

export type PkiErrorCode = keyof typeof PKI_ERRORS;

export function isPkiErrorCode(code: string): code is PkiErrorCode {
  return Object.hasOwn(PKI_ERRORS, code);
}

/** An expected failure of enrolment, renewal or connection; `reason` is the machine-readable code. */
export class PkiError extends AppError {
  readonly reason: PkiErrorCode;
  readonly remedy: string;

  constructor(reason: PkiErrorCode, context = "", options: { cause?: unknown } = {}) {
    const entry = PKI_ERRORS[reason];
    super(entry.status, context === "" ? entry.message : `${entry.message} (${context})`, {
      ...options,
      details: [{ reason: entry.message, remedy: entry.remedy }],
    });
    this.name = "PkiError";
    this.reason = reason;
    this.remedy = entry.remedy;
  }
}

/** Status and body of the HTTP answer for one refusal. */
export function errorReply(
  code: PkiErrorCode,
  requestId?: string,
): { status: number; body: ErrorBody } {
  const { status, message, remedy } = PKI_ERRORS[code];
  const details = [{ reason: message, remedy }];
  return {
    status: httpStatus(status),
    body: { error: { code, message, details, ...(requestId === undefined ? {} : { requestId }) } },
  };
}
