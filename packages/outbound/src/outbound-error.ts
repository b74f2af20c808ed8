/**
 * `NotAllowed`: the address or scheme is refused by our own rules · `Unreachable`: no connection ·
 * `Certificate`: TLS failed · `Proxy`: the proxy refused · `TimedOut` · `TooLarge`: more bytes than
 * allowed, packed or unpacked · `BadAnswer`: what came is not HTTP, or broken off · `Redirect`: too
 * many or forbidden redirects · `Refused`: an error status where only success is of use ·
 * `InvalidRequest`: the request cannot be made as configured.
 */
export type OutboundErrorCode =
  | "NotAllowed"
  | "Unreachable"
  | "Certificate"
  | "Proxy"
  | "TimedOut"
  | "TooLarge"
  | "BadAnswer"
  | "Redirect"
  | "Refused"
  | "InvalidRequest";

/** A request that failed. Message and remedy are for people and hold no secret. */
export class OutboundError extends Error {
  readonly code: OutboundErrorCode;
  readonly remedy: string;

  constructor(code: OutboundErrorCode, message: string, remedy: string) {
    super(message);
    this.name = "OutboundError";
    this.code = code;
    this.remedy = remedy;
  }
}
