import { createEstTransport, enrollWithToken, type IdentityStore, PkiError } from "@breakwater/pki";
import { AppError, messageOf } from "@breakwater/protocol";

export type EnrolOptions = {
  readonly store: IdentityStore;
  readonly token: string | undefined;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onTrouble: (message: string | undefined) => void;
};

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Makes sure that this device has an identity. One that is there is used, whatever the token says.
 * @throws AppError when only a person can help: no token, or one that is used, expired or foreign
 */
export async function ensureIdentity(options: EnrolOptions): Promise<"enrolled" | "unreachable"> {
  if (options.store.current() !== undefined) return "enrolled";
  if (options.token === undefined) {
    const remedy = "Create a device enrollment token on the SMS and pass it with --token.";
    throw new AppError("InvalidRequest", `This device is not enrolled. ${remedy}`);
  }
  try {
    await tryOnce(options, options.token);
    return "enrolled";
  } catch (error) {
    if (!isUnreachable(error)) throw withRemedy(error);
    options.onTrouble(`Enrolment waits for the SMS: ${messageOf(error)}`);
    return "unreachable";
  }
}

/** Goes on trying while the SMS cannot be reached; false when the enrolment is refused or given up. */
export async function enrolLater(options: EnrolOptions): Promise<boolean> {
  const { token, signal, sleep, onTrouble } = options;
  for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
    await sleep(wait, signal);
    if (signal.aborted || token === undefined) return false;
    try {
      await tryOnce(options, token);
      onTrouble(undefined);
      return true;
    } catch (error) {
      onTrouble(messageOf(withRemedy(error)));
      if (!isUnreachable(error)) return false;
    }
  }
  return false;
}

async function tryOnce({ store, now }: EnrolOptions, token: string): Promise<void> {
  await enrollWithToken({ token, kind: "device", store, now, transport: createEstTransport() });
}

function isUnreachable(error: unknown): boolean {
  return error instanceof PkiError && error.reason === "ServerUnreachable";
}

function withRemedy(error: unknown): unknown {
  if (!(error instanceof PkiError)) return error;
  return new AppError(error.code, `${error.message} ${error.remedy}`, {
    cause: error,
    details: error.details,
  });
}
