import { messageOf } from "@breakwater/protocol";
import type { Answer } from "./sent-object.ts";

/** The server as a whole cannot be used: nothing else is sent until it is tried again. */
export type TargetFailure = { kind: "failed"; message: string; remedy: string };

/** What a status of the web API means for the object, or for the whole target. */
export function readAnswer(status: number): Answer | TargetFailure {
  if (status >= 200 && status < 300) return { kind: "done" };
  switch (status) {
    case 400:
    case 413:
    case 414:
      return { kind: "refused", reason: `The server calls the request malformed (${status}).` };
    case 412:
      return {
        kind: "refused",
        reason: "The server did not accept the entry (412); its system log says why.",
      };
    default:
      return failureOf(status);
  }
}

function failureOf(status: number): TargetFailure {
  const failed = (message: string, remedy: string): TargetFailure => ({
    kind: "failed",
    message: `${message} (${status}).`,
    remedy,
  });
  // Some servers send those whom they do not know to a login page.
  if (status === 401 || (status >= 300 && status < 400)) {
    return failed("The server refused user name or password", "Check both, and save them again.");
  }
  if (status === 403) {
    return failed(
      "The account may not use the web API",
      "Give its role the capability “Access SMS Web Services”.",
    );
  }
  if (status === 404) {
    return failed(
      "This server has no reputation web API",
      "Check address and port, and that the server's web services are switched on.",
    );
  }
  if (status === 429) return failed("The server asks for a pause", "Nothing to do: it is kept.");
  return failed("The server failed", "Look at the server's system log.");
}

/** Why there was no answer, with what to do about it. */
export function failureFrom(error: unknown): TargetFailure {
  return { kind: "failed", message: sentence(messageOf(error)), remedy: remedyFor(error) };
}

function remedyFor(error: unknown): string {
  // What lies deeper is more exact.
  const code = codeOf(error instanceof Error ? error.cause : undefined) ?? codeOf(error) ?? "";
  if (code === "ECONNREFUSED") return "Check the port, and that the server is running.";
  if (/^(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code)) {
    return "Check the address, the route and the firewalls in between.";
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code) || /pinned/.test(messageOf(error))) {
    return "Run Test Connection, compare the certificate's fingerprint with the server's, and pin it.";
  }
  return "Run Test Connection to see which step fails.";
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
