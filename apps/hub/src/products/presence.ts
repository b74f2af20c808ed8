import type { Clock, Log } from "@breakwater/platform";
import type { ProductId } from "@breakwater/protocol";
import type { HubDb } from "../database.ts";
import { touchProducts } from "./store.ts";

const INTERVAL_MS = 5000;

export type Presence = { note(product: ProductId): void; stop(): void };

/** Remembers when each product was last heard of; writes it down every few seconds, in one statement. */
export function startPresence(options: {
  db: HubDb;
  clock: Clock;
  log: Log;
  /** Products with an open stream count as heard of. */
  streaming: () => ReadonlySet<ProductId>;
}): Presence {
  const heard = new Set<ProductId>();
  const flush = () => {
    const products = [...heard, ...options.streaming()];
    heard.clear();
    touchProducts(options.db, products, options.clock.now()).catch((error: unknown) =>
      options.log.warn({ err: error }, "could not note which products were heard of"),
    );
  };
  const timer = setInterval(flush, INTERVAL_MS).unref();
  return { note: (product) => heard.add(product), stop: () => clearInterval(timer) };
}
