import { messageOf } from "@breakwater/protocol";
import { type FromChild, ToChild } from "./messages.ts";

/** Why a server ends: told by a signal, or its supervisor is gone. */
export type EndReason = "told" | "orphaned";

export type Server = {
  /** Told to the supervisor, such as addresses. */
  details: Record<string, unknown>;
  close: (reason: EndReason) => Promise<void>;
};

/**
 * The life of a server process: start with a configuration, say so, run until told to end. Under a
 * supervisor the configuration comes over the channel, and the end of the channel is the end of us:
 * no server outlives its supervisor.
 */
export async function runServer(
  start: (configuration: unknown) => Promise<Server>,
  configuration: unknown,
): Promise<void> {
  const ending = untilTold();
  try {
    const server = await start(configuration ?? (await configurationFromSupervisor()));
    tell({ type: "ready", details: server.details });
    await server.close(await ending);
  } catch (error) {
    tell({ type: "refused", reason: messageOf(error) });
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

function untilTold(): Promise<EndReason> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => resolve("told"));
    process.once("disconnect", () => resolve("orphaned"));
  });
}

function configurationFromSupervisor(): Promise<unknown> {
  if (!process.connected) throw new Error("no supervisor gave a configuration");
  return new Promise((resolve) => {
    process.once("message", (message) => resolve(ToChild.parse(message).configuration));
    tell({ type: "waiting" });
  });
}

function tell(message: FromChild): void {
  // The supervisor may be gone; then the end of the channel ends us.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
