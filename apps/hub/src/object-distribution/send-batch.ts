import { failureFrom, readAnswer, type TargetFailure } from "./read-answer.ts";
import type { Answer, SentObject } from "./sent-object.ts";
import type { TargetClient } from "./target-server.ts";
import { addPath, deletePath, queryPath, type Sender } from "./web-api-request.ts";

export type SentAnswer = { object: SentObject; answer: Answer };

export type BatchOptions = {
  client: TargetClient;
  sender: Sender;
  sendTtl: boolean;
  now: () => number;
  /** Requests at a time. */
  concurrency: number;
  signal: AbortSignal;
};

/** Sends one request per object. The first failure of the target as a whole ends the batch. */
export async function sendBatch(
  objects: readonly SentObject[],
  options: BatchOptions,
): Promise<{ answers: SentAnswer[]; failure: TargetFailure | undefined }> {
  const answers: SentAnswer[] = [];
  let failure: TargetFailure | undefined;
  const left = objects.values();
  const work = async () => {
    for (const object of left) {
      if (failure !== undefined || options.signal.aborted) return;
      const answer = await sendOne(object, options);
      if (answer.kind === "failed") failure ??= answer;
      else answers.push({ object, answer });
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return { answers, failure };
}

async function sendOne(object: SentObject, options: BatchOptions): Promise<Answer | TargetFailure> {
  const { client, signal } = options;
  try {
    if (object.wanted) {
      const path = addPath(object, { ...options, now: options.now() });
      return readAnswer(await client.post(path, signal));
    }
    const answer = readAnswer(await client.post(deletePath(object), signal));
    if (answer.kind !== "refused") return answer;
    // Servers may object to the deletion of what they do not have; then it is deleted.
    const isAbsent = (await client.post(queryPath(object), signal)) === 204;
    return isAbsent ? { kind: "done" } : answer;
  } catch (error) {
    return failureFrom(error);
  }
}
