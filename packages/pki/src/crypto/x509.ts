// The library's dependency injection needs the metadata polyfill before it loads.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

/** P-256 everywhere: accepted by every proxy, HSM and TLS stack we meet. */
export const SIGNING = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

export { x509 };
