export { type CaFileOptions, loadOrCreateCa } from "./ca/ca-file.ts";
export type { CaMaterial, KeyGuard } from "./ca/ca-material.ts";
export { createCa } from "./ca/create-ca.ts";
export type { IssuedCertificate } from "./ca/issue-leaf.ts";
export { type CertificateAuthority, openCa } from "./ca/open-ca.ts";
export {
  issueServerCredentials,
  type ServerCredentials,
  serverTlsOptions,
  swapServerCredentials,
} from "./ca/server-credentials.ts";
export { readServerCredentials, storeServerCredentials } from "./ca/stored-server-credentials.ts";
export { type EnrolOptions, enrollWithToken } from "./client/enroll-with-token.ts";
export {
  createEstTransport,
  type EstTransport,
  type EstTransportOptions,
  serverNameFor,
} from "./client/est-transport.ts";
export {
  type IdentityStore,
  openIdentityStore,
  type StoredIdentity,
} from "./client/identity-store.ts";
export { renewIdentity } from "./client/renew-identity.ts";
export { type CertificateFacts, certificateFacts } from "./crypto/certificate-facts.ts";
export { publicKeyFingerprint } from "./crypto/keys.ts";
export { errorReply, isPkiErrorCode, PKI_ERRORS, PkiError, type PkiErrorCode } from "./errors.ts";
export type {
  EnrolmentPort,
  EnrolOutcome,
  EnrolRequest,
  Issue,
  ReenrolRequest,
} from "./est/enrolment-port.ts";
export { createEstHandler, type EstEvent, type EstOptions } from "./est/est-handler.ts";
export { EST_PATH } from "./est/est-path.ts";
export {
  formatIdentityUri,
  GatewayId,
  IDENTITY_KINDS,
  type Identity,
  type IdentityKind,
  parseIdentityUri,
} from "./identity-uri.ts";
export {
  type CertificateRow,
  certificateStatus,
  SUPERSEDED_OVERLAP,
} from "./peer/certificate-status.ts";
export type {
  AuthorizedPeer,
  PeerDecision,
  PeerStatus,
  RefusedPeer,
} from "./peer/peer-decision.ts";
export {
  createPeerVerifier,
  describeRefusal,
  type PeerVerifier,
  type PeerVerifierOptions,
} from "./peer/peer-verifier.ts";
export { type RenewalOptions, startRenewal } from "./renewal/renewal-runner.ts";
export type { AlarmLevel, RenewalEffect, RenewalState } from "./renewal/renewal-step.ts";
export {
  decideEnrolment,
  type EnrolmentDecision,
  type TokenRow,
} from "./tokens/decide-enrolment.ts";
export {
  type EnrollmentToken,
  hashSecret,
  type MintedToken,
  mintToken,
  parseToken,
  type TokenError,
} from "./tokens/token-string.ts";
