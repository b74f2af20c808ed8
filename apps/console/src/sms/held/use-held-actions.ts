import type { HeldEntry } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { plural } from "../../lib/format-number.ts";
import { inChunks } from "../../lib/value-lines.ts";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";

type HeldKey = Pick<HeldEntry, "id" | "source">;
/** What the server takes at once. */
const MOST = 1_000;
const NO_CHOICE = () => undefined;

/** Lets held assertions count, or withdraws them. */
export function useHeldActions(onDone: () => void = NO_CHOICE) {
  return { release: useDecision("release", onDone), discard: useDecision("discard", onDone) };
}

function useDecision(decision: "release" | "discard", onDone: () => void) {
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: async (chosen: readonly HeldKey[]) => {
      let done = 0;
      for (const part of inChunks(chosen, MOST)) {
        const entries = part.map(({ id, source }) => ({ id, source }));
        done += (await sms(`POST /api/v1/reputation/held/${decision}`, { body: { entries } })).done;
      }
      return done;
    },
    onSuccess: (done) => {
      toast(
        `${plural(done, "entry", "entries")} ${decision}${decision === "release" ? "d" : "ed"}`,
      );
      onDone();
    },
    // Also after a failure: earlier parts may be done.
    onSettled: () => queries.invalidateQueries(),
  });
}
