import { z } from "zod";
import { inputError } from "../input/input-error.ts";
import { jsonDocument } from "../input/json-document.ts";
import type { ByteSource, ReadingBatch, ReadOptions } from "../reading.ts";
import { stixReadings } from "./stix-readings.ts";

const Objects = z.looseObject({ objects: z.array(z.unknown()) });
const Single = z.looseObject({ type: z.string(), id: z.string() });

/**
 * Reads a STIX 2.0 or 2.1 bundle, a TAXII envelope, a list of objects or one object, of at most
 * 64 MiB, as one batch. Such documents are read as a whole: there is no place to resume from.
 */
export async function* readStix(
  source: ByteSource,
  options: ReadOptions,
): AsyncGenerator<ReadingBatch> {
  const objects = objectsOf(await jsonDocument(source, options.maxBytes));
  yield { ...stixReadings(objects, options), offset: 0, line: objects.length };
}

function objectsOf(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document;
  const list = Objects.safeParse(document);
  if (list.success) return list.data.objects;
  const single = Single.safeParse(document);
  if (single.success) return single.data.type === "bundle" ? [] : [single.data];
  const remedy = "Give a bundle: a JSON object with type, id and objects";
  throw inputError("Unprocessable", "it is no STIX bundle", remedy);
}
