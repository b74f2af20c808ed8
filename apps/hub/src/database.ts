import type { AccountsTables } from "@breakwater/accounts";
import type { Db, Tx } from "@breakwater/postgres";

/** The features' stores speak SQL; the query builder knows only the tables of the accounts package. */
export type HubDb = Db<AccountsTables>;
export type HubTx = Tx<AccountsTables>;

/** Notice to the other hub processes on this database: the object feed has moved. */
export const FEED_CHANNEL = "breakwater_feed";
/** Notice to the other hub processes on this database: products or certificates have changed. */
export const PRODUCTS_CHANNEL = "breakwater_products";
