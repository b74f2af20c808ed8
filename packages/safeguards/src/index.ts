export { checkSize, type SizeChange } from "./check-size.ts";
export { type CheckEntry, compileSafeguards, countItems } from "./compile-safeguards.ts";
export { parseProtected } from "./protected-value.ts";
export type { Safeguard } from "./safeguard.ts";
