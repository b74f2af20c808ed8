import type { Clock, SecretBox } from "@breakwater/platform";
import type { Audit } from "../audit.ts";
import type { HubDb } from "../database.ts";
import type { Distributor } from "./distributor.ts";

/** What the routes of object distribution work with. */
export type DistributionContext = {
  db: HubDb;
  clock: Clock;
  audit: Audit;
  secrets: SecretBox;
  distributor: Pick<Distributor, "wake" | "interrupt">;
};
