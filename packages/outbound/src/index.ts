export { fetchFrom } from "./fetch-from.ts";
export { OutboundError, type OutboundErrorCode } from "./outbound-error.ts";
export type {
  Credentials,
  OutboundRequest,
  OutboundResponse,
  ProxySettings,
} from "./outbound-request.ts";
export { isSpecialAddress } from "./special-addresses.ts";
export { discoverTaxii, type TaxiiDiscovery } from "./taxii/discover-taxii.ts";
export { type TaxiiCollection, taxiiCollections } from "./taxii/taxii-collections.ts";
export { type TaxiiPage, type TaxiiQuery, taxiiObjects } from "./taxii/taxii-objects.ts";
export type { TaxiiSettings, TaxiiSurroundings } from "./taxii/taxii-request.ts";
