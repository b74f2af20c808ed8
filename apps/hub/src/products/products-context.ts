import type { Identity } from "@breakwater/pki";
import type { Clock } from "@breakwater/platform";
import type { ProductId } from "@breakwater/protocol";
import type { Audit } from "../audit.ts";
import type { HubDb } from "../database.ts";
import type { CertificateRegister } from "./certificate-register.ts";

export type ProductsContext = {
  db: HubDb;
  clock: Clock;
  audit: Audit;
  trustDomain: string;
  certificates: CertificateRegister;
  /** Ends the product's open connections in this process, now. */
  disconnectPeer: (identity: Identity) => void;
  /** Products that have their push stream open in this process. */
  streaming: () => ReadonlySet<ProductId>;
};
