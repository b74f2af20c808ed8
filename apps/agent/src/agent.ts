import { type Log, sleep } from "@breakwater/platform";
import type { DeviceReport } from "@breakwater/protocol";
import type { AgentConfig } from "./config.ts";
import { type AgentContext, createContext, prepareDataDirectory } from "./context.ts";
import { startEventRotation } from "./events/event-files.ts";
import { type EnrolOptions, enrolLater, ensureIdentity } from "./identity/enrol.ts";
import { claimDirectory } from "./identity/single-instance.ts";
import { buildReport } from "./report/build-report.ts";

export type AgentDeps = { readonly log: Log };

export type Agent = {
  /**
   * Enrols when needed, then enforces what is on disk and keeps up with the SMS.
   * @throws AppError when a person has to act first: bad token, bad directory
   */
  start(): Promise<void>;
  /** Everything acknowledged is on disk. The engine goes on unless told otherwise. */
  stop(options?: { engine: "keep" | "stop" }): Promise<void>;
  /** What the SMS is told. */
  status(): Promise<DeviceReport & { connected: boolean }>;
};

const TICK_MS = 1000;

/** The device agent beside one engine. */
export function createAgent(config: AgentConfig, { log }: AgentDeps): Agent {
  const abort = new AbortController();
  let running:
    | { context: AgentContext; stop: (engine: "keep" | "stop") => Promise<void> }
    | undefined;
  return {
    async start() {
      prepareDataDirectory(config.dataDirectory);
      const release = claimDirectory(config.dataDirectory);
      try {
        const context = await createContext(config, log);
        const enrolment = enrolmentOptions(config, context, abort.signal);
        const enrolled = await ensureIdentity(enrolment);
        await context.plane.start();
        running = {
          context,
          stop: run(
            config,
            context,
            enrolled === "enrolled" ? undefined : enrolment,
            abort,
            release,
          ),
        };
      } catch (error) {
        release();
        throw error;
      }
    },
    async stop(options = { engine: config.engineOnStop }) {
      await running?.stop(options.engine);
      running = undefined;
    },
    async status() {
      if (running === undefined) throw new Error("the agent does not run");
      const report = await buildReport(running.context.reportSources);
      return { ...report, connected: running.context.session.state.phase === "streaming" };
    },
  };
}

function enrolmentOptions(
  config: AgentConfig,
  context: AgentContext,
  signal: AbortSignal,
): EnrolOptions {
  return {
    store: context.identity,
    token: config.token,
    now: Date.now,
    signal,
    sleep,
    onTrouble: (message) => context.alarms.set("enrolment", message),
  };
}

/** Starts every loop; answers how to stop them in an order that loses nothing. */
function run(
  config: AgentConfig,
  context: AgentContext,
  enrolment: EnrolOptions | undefined,
  abort: AbortController,
  release: () => void,
) {
  const {
    activation,
    identity,
    plane,
    pump,
    renewal,
    reporter,
    session,
    sets,
    sms,
    spool,
    sync,
    tail,
    uploader,
  } = context;
  const pumping = pump.run(abort.signal);
  const ticks = setInterval(() => sync.tick(), TICK_MS);
  const rotation = startEventRotation({
    path: context.evePath,
    maxBytes: config.eveRotateBytes,
    now: Date.now,
    commands: () => plane.commands,
  });
  const forget = identity.onChange(() => {
    // Open streams end on their own terms; the next ones use the new certificate.
    sms.renew();
    session.restart();
  });
  const connect = () => {
    uploader.start();
    session.start();
    void renewal.tick();
  };
  if (enrolment === undefined) connect();
  else void enrolLater(enrolment).then((enrolled) => enrolled && connect());

  return async (engine: "keep" | "stop") => {
    abort.abort();
    clearInterval(ticks);
    rotation.stop();
    forget();
    session.stop();
    reporter.stop();
    await sync.stop();
    await pumping;
    sms.close();
    await uploader.stop();
    await activation.settled();
    await renewal.stop();
    await plane.stop({ engine });
    await tail.close();
    await spool.close();
    await sets.close();
    release();
  };
}
