import { createLog } from "@breakwater/platform";
import { SmsConfig, startSms } from "@breakwater/sms";
import { runServer } from "../up/supervised-main.ts";
import { readServeOptions } from "./serve-options.ts";

/** `breakwater sms --config FILE`: one SMS, until it is told to end. */
export async function runSmsCommand(args: readonly string[]): Promise<void> {
  const { configuration } = readServeOptions("sms", args);
  await runServer(async (given) => {
    const sms = await startSms(SmsConfig.parse(given), { log: createLog({ name: "sms" }) });
    const { close, ...details } = sms;
    return { details, close };
  }, configuration);
}
