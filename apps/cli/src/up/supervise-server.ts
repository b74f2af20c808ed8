import type { Log } from "@breakwater/platform";
import type { ChildEvent } from "./child-step.ts";
import type { Screen } from "./screen.ts";
import { createServer, type Role } from "./servers.ts";
import type { SupervisedChild } from "./supervised-child.ts";
import type { UpOptions } from "./up-options.ts";

/** What bringing up a stack needs from the command around it. */
export type Tools = {
  screen: Screen;
  log: Log;
  /** Aborted when the person wants to stop, maybe before everything is up. */
  stopping: AbortSignal;
  /** What has to be taken down again, newest first. */
  onStop: (what: string, work: () => Promise<void>) => void;
};

/** One server of the stack, kept alive until the stack is taken down. */
export function superviseServer(
  role: Role,
  options: UpOptions,
  { log, screen, onStop }: Tools,
  configuration: () => unknown,
): SupervisedChild {
  const child = createServer({
    role,
    dataFolder: options.dataFolder,
    configuration,
    onEvent: (_, event) => {
      log.info({ role, ...event }, "server");
      const text = eventText(role, event);
      if (text !== undefined) screen.line(text);
    },
  });
  onStop(role, () => child.stop());
  return child;
}

/** What the person should see; starting and stopping are shown as progress already. */
function eventText(role: Role, event: ChildEvent): string | undefined {
  switch (event.event) {
    case "exited":
      return `The ${role} ended (${event.reason}); it starts again in ${(event.retryInMs / 1000).toFixed(1)} s.`;
    case "late":
      return `The ${role} took too long to start and is started again.`;
    case "ready":
    case "failed":
    case "stopped":
      return undefined;
  }
}
