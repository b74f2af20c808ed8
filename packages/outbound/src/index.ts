export { OutboundError, type OutboundErrorCode } from "./outbound-error.ts";
export type {
  Credentials,
  OutboundRequest,
  OutboundResponse,
  ProxySettings,
} from "./outbound-request.ts";
