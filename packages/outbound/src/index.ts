export { fetchFrom } from "./fetch-from.ts";
export { OutboundError, type OutboundErrorCode } from "./outbound-error.ts";
export type {
  Credentials,
  OutboundRequest,
  OutboundResponse,
  ProxySettings,
} from "./outbound-request.ts";
export { isSpecialAddress } from "./special-addresses.ts";
