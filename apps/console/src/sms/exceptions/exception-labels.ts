import type { ExceptionScope, Profile, ReputationException } from "@breakwater/protocol";
import type { StateTone } from "../../ui/State.tsx";

const SOON_MS = 3 * 86_400_000;

/** Where an exception holds, in words. */
export function scopeText(scope: ExceptionScope, profiles: readonly Profile[]): string {
  const profile = "profile" in scope ? profiles.find(({ id }) => id === scope.profile) : undefined;
  const name = profile?.name ?? "a removed profile";
  switch (scope.kind) {
    case "all":
      return "All profiles";
    case "profile":
      return `Profile ${name}`;
    case "filter": {
      const filter = profile?.filters.find(({ number }) => number === scope.filter);
      return `Filter ${filter?.name ?? scope.filter} of ${name}`;
    }
  }
}

export function isEndingSoon({ state, expires }: ReputationException, now: number): boolean {
  return state === "active" && expires !== null && Date.parse(expires) - now < SOON_MS;
}

export function stateLook(
  exception: ReputationException,
  now: number,
): { label: string; tone: StateTone } {
  switch (exception.state) {
    case "active":
      return isEndingSoon(exception, now)
        ? { label: "Ends soon", tone: "warning" }
        : { label: "Active", tone: "ok" };
    case "ended":
      return { label: "Ended", tone: "off" };
    case "expired":
      return { label: "Expired", tone: "off" };
  }
}
