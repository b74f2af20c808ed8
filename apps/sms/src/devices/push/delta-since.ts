import type { SetDelta } from "@breakwater/protocol";
import type { ChangesSince } from "../../reputation/index.ts";

/** Undefined when the way from `from` is too long, no longer known, or leads back. */
export function deltaSince(from: number, since: ChangesSince | undefined): SetDelta | undefined {
  if (since?.complete !== true || from < since.position.forgotten) return undefined;
  if (from > since.position.version) return undefined;
  const { set, version: to, checksum, count } = since.position;
  return { set, from, to, operations: since.operations, checksum, count };
}
