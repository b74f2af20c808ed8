import type { ExceptionScope, NewException, ReputationException } from "@breakwater/protocol";
import { type ExpiryPreset, expiryOf } from "../../lib/expiry-presets.ts";
import { recogniseValue } from "../../lib/recognise-value.ts";

export type ScopeKind = ExceptionScope["kind"];

/** An exception as it is typed. */
export type ExceptionDraft = {
  value: string;
  scope: ScopeKind;
  profile: string;
  filter: string;
  owner: string;
  reason: string;
  /** `kept`: the end that it has already. */
  ends: ExpiryPreset | "kept";
  kept: string | null;
};

/** A draft to start from: a week, everywhere. */
export function newDraft(value: string, owner: string, profile: string): ExceptionDraft {
  return {
    value,
    scope: "all",
    profile,
    filter: "",
    owner,
    reason: "",
    ends: "7",
    kept: null,
  };
}

export function draftOf(exception: ReputationException, profile: string): ExceptionDraft {
  const { scope } = exception;
  return {
    value: exception.value,
    scope: scope.kind,
    profile: "profile" in scope ? scope.profile : profile,
    filter: scope.kind === "filter" ? String(scope.filter) : "",
    owner: exception.owner,
    reason: exception.reason,
    ends: "kept",
    kept: exception.expires,
  };
}

/** The exception as the server wants it, or the first thing that is missing. */
export function exceptionOf(draft: ExceptionDraft): Omit<NewException, "type"> | string {
  const value = recogniseValue(draft.value)?.value;
  if (value === undefined) return "Enter an address, range, domain, URL or hash";
  if (draft.reason.trim() === "") return "Enter a reason";
  const scope = scopeOf(draft);
  if (typeof scope === "string") return scope;
  return {
    value,
    scope,
    reason: draft.reason.trim(),
    expires: draft.ends === "kept" ? draft.kept : expiryOf(draft.ends),
    ...(draft.owner.trim() === "" ? {} : { owner: draft.owner.trim() }),
  };
}

function scopeOf({ scope, profile, filter }: ExceptionDraft): ExceptionScope | string {
  const id = profile as Extract<ExceptionScope, { kind: "profile" }>["profile"];
  switch (scope) {
    case "all":
      return { kind: "all" };
    case "profile":
      return profile === "" ? "Choose a profile" : { kind: "profile", profile: id };
    case "filter":
      return filter === ""
        ? "Choose a reputation filter"
        : { kind: "filter", profile: id, filter: Number(filter) };
  }
}
