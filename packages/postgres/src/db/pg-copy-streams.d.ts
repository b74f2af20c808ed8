// The package brings no types; this is the part we use.
declare module "pg-copy-streams" {
  import type { Writable } from "node:stream";
  import type { Submittable } from "pg";

  export type CopyFromStream = Writable & Submittable & { rowCount: number };
  export function from(statement: string): CopyFromStream;
}
