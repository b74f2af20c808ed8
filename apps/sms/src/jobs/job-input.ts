import { type Clock } from "@breakwater/platform";
import { AppError, type ByteStream, JobId } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import {
  deleteInput,
  deleteOldInputs,
  insertPart,
  PART_BYTES,
  readPart,
  storedBytes,
} from "./input-store.ts";

/** Of one upload, in bytes. */
export const LARGEST_INPUT = 2 * 1024 ** 3;
/** Of all uploads that are kept. */
const MOST_STORED = 16 * 1024 ** 3;
const HOUR = 3_600_000;
/** No upload takes as long as this. */
export const ABANDONED_MS = 48 * HOUR;

/** An upload that waits for its job, which takes its id. */
export type JobInput = { job: JobId; bytes: number };

type InputDeps = { db: Db; clock: Clock };

/**
 * Stores an upload part by part. Throws PayloadTooLarge beyond {@link LARGEST_INPUT}, DiskFull when too
 * much waits already, and whatever ends the body too soon; nothing stays behind then.
 */
export async function storeInput({ db, clock }: InputDeps, body: ByteStream): Promise<JobInput> {
  await makeRoom({ db, clock });
  const job = JobId.parse(crypto.randomUUID());
  let bytes = 0;
  let number = 0;
  try {
    for await (const part of partsOf(body)) {
      bytes += part.length;
      if (bytes > LARGEST_INPUT) throw tooLarge();
      await insertPart(db, job, { number, bytes: part, stored: clock.now() });
      number += 1;
    }
  } catch (error) {
    await deleteInput(db, job);
    throw error;
  }
  return { job, bytes };
}

/** The bytes of an upload from an offset, one part at a time. */
export async function* readInput(db: Db, job: JobId, from = 0): AsyncGenerator<Buffer, undefined> {
  let skip = from % PART_BYTES;
  for (let number = Math.floor(from / PART_BYTES); ; number += 1) {
    const part = await readPart(db, job, number);
    if (part === undefined) return undefined;
    if (skip < part.length) yield skip === 0 ? part : part.subarray(skip);
    skip = 0;
  }
}

/** Full parts of {@link PART_BYTES}, and a shorter one at the end. */
async function* partsOf(body: ByteStream): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < PART_BYTES) continue;
    const all = Buffer.concat(waiting, length);
    let at = 0;
    for (; length - at >= PART_BYTES; at += PART_BYTES) yield all.subarray(at, at + PART_BYTES);
    waiting = [all.subarray(at)];
    length -= at;
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}

/** What ended jobs were given goes first. */
async function makeRoom({ db, clock }: InputDeps): Promise<void> {
  if ((await storedBytes(db)) <= MOST_STORED) return;
  const now = clock.now().getTime();
  await deleteOldInputs(db, new Date(now), new Date(now - ABANDONED_MS));
  if ((await storedBytes(db)) <= MOST_STORED) return;
  throw new AppError(
    "DiskFull",
    "Too many uploads wait for their jobs. Try again when some of these have ended, or cancel some.",
  );
}

function tooLarge(): AppError {
  return new AppError("PayloadTooLarge", "The file has more than 2 GiB. Send it in parts.");
}
