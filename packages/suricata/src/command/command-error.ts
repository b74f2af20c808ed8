/**
 * Why a command did not succeed:
 * `closed` the connection ended; `timeout` no answer in time (the connection is given up,
 * a late answer would be taken for the next one's); `too-long` and `queue-full` refused
 * here; `protocol` an answer that is none; `unknown-set` the engine does not know the
 * dataset, so its configuration is not ours; `refused` the engine said no.
 */
export type CommandFailure =
  | "closed"
  | "timeout"
  | "too-long"
  | "queue-full"
  | "protocol"
  | "unknown-set"
  | "refused";

export class CommandError extends Error {
  readonly failure: CommandFailure;
  readonly command: string;

  constructor(failure: CommandFailure, command: string, message: string) {
    super(`${command}: ${message}`);
    this.name = "CommandError";
    this.failure = failure;
    this.command = command;
  }
}
