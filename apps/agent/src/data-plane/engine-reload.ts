import { AppError } from "@breakwater/protocol";
import { type Engine, type EngineCommands, reloadRules } from "@breakwater/suricata";

/**
 * Reloads and resolves when the new rules and lists are in force.
 * @throws AppError when a rule did not load, or when the engine ended meanwhile
 */
export async function reloadEngine(engine: Engine, commands: EngineCommands): Promise<void> {
  const gone = new AbortController();
  const onExited = () => gone.abort();
  engine.once("exited", onExited);
  try {
    const { failedRules } = await Promise.race([
      reloadRules({ commands, logFile: engine.logFile }),
      untilAborted(gone.signal),
    ]);
    const [first] = failedRules;
    if (first === undefined) return;
    const place = `${first.file.split("/").at(-1)}, line ${first.line}`;
    throw new AppError(
      "Unprocessable",
      `The engine did not load ${failedRules.length} rules, the first at ${place}: ${first.rule}`,
    );
  } finally {
    engine.off("exited", onExited);
  }
}

/** The reload itself would wait for the log of an engine that is no more. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () =>
      reject(new AppError("Unavailable", "The engine ended while it reloaded its rules."));
    signal.addEventListener("abort", fail, { once: true });
  });
}
