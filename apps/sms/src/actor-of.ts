import type { Principal } from "@breakwater/platform";
import { AppError } from "@breakwater/protocol";
import type { Actor } from "./audit.ts";

/** Who makes a call. Every endpoint that is not public has a principal. */
export function actorOf(call: { principal: Principal | undefined; source: string }): Actor {
  const { principal, source } = call;
  if (principal === undefined) throw new AppError("NotAuthenticated", "Log in first.");
  return { principal, source };
}
