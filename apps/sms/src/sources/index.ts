export { type WithdrawParams, withdrawSourceJob } from "./withdraw-source.ts";
