export { SmsConfig, type SmsConfigInput } from "./config.ts";
export { type Sms, startSms } from "./start-sms.ts";
export { SMS_VERSION } from "./version.ts";
