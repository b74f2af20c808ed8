import type { NewEntry } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { EXPIRY_PRESETS, type ExpiryPreset, expiryOf } from "../../lib/expiry-presets.ts";
import { plural } from "../../lib/format-number.ts";
import { inChunks, valueLines } from "../../lib/value-lines.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextArea, TextField } from "../../ui/fields.tsx";
import { OutcomeList } from "../../ui/OutcomeList.tsx";
import { Select } from "../../ui/Select.tsx";
import { sms } from "../client.ts";

const SEVERITIES = [
  { value: "High", label: "High" },
  { value: "Medium", label: "Medium" },
  { value: "Low", label: "Low" },
] as const;
const ACTIONS = [
  { value: "block", label: "Block" },
  { value: "log", label: "Log" },
] as const;
/** Adds a pasted list and says what became of every line. */
export function AddObjectsDialog({ initial, onClose }: { initial: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [text, setText] = useState(initial);
  const [severity, setSeverity] = useState<"High" | "Medium" | "Low">("High");
  const [scanAction, setScanAction] = useState<"block" | "log">("block");
  const [days, setDays] = useState<ExpiryPreset>("0");
  const [description, setDescription] = useState("");
  const values = valueLines(text);
  const add = useMutation({
    mutationFn: async () => {
      const expires = expiryOf(days);
      const common = {
        severity,
        scanAction,
        expires,
        ...(description === "" ? {} : { description }),
      };
      const entries = values.map((value): NewEntry => ({ value, ...common }));
      const answers = [];
      for (const chunk of inChunks(entries, 1_000))
        answers.push(await sms("POST /api/v1/reputation/entries", { body: { entries: chunk } }));
      return answers.flatMap((answer) => answer.outcomes);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["GET /api/v1/reputation/entries"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (values.length > 0) add.mutate();
  };
  if (add.data !== undefined) {
    const rejected = add.data.filter((item) => item.outcome === "rejected");
    const correct = () => {
      setText(rejected.map((item) => item.value).join("\n"));
      add.reset();
    };
    return (
      <Dialog
        title="Add objects"
        isOpen
        onClose={onClose}
        footer={
          <>
            {rejected.length > 0 && <Button onPress={correct}>Correct the rejected</Button>}
            <Button variant="primary" onPress={onClose} autoFocus>
              Done
            </Button>
          </>
        }
      >
        <OutcomeList outcomes={add.data} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Add objects"
      isOpen
      onClose={onClose}
      keepOnClickOutside
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="add-objects"
            variant="primary"
            isPending={add.isPending}
            disabledReason={values.length === 0 && "Enter at least one object"}
          >
            {values.length === 0 ? "Add objects" : `Add ${plural(values.length, "object")}`}
          </Button>
        </>
      }
    >
      <form id="add-objects" onSubmit={submit} className="flex flex-col gap-4">
        <TextArea
          label="Objects, one per line"
          mono
          autoFocus
          rows={8}
          value={text}
          onChange={setText}
          placeholder={"198.51.100.7\n203.0.113.0/24\nbad.example\nhxxps://bad[.]example/path"}
          description="Addresses, ranges, domains, URLs, MD5, SHA-1, SHA-256. Defanged values are understood; # starts a comment."
        />
        <div className="grid gap-4 sm:grid-cols-3">
          <Select label="Severity" options={SEVERITIES} value={severity} onChange={setSeverity} />
          <Select
            label="Scan action"
            options={ACTIONS}
            value={scanAction}
            onChange={setScanAction}
          />
          <Select label="Expires" options={EXPIRY_PRESETS} value={days} onChange={setDays} />
        </div>
        <TextField
          label="Note"
          value={description}
          onChange={setDescription}
          maxLength={500}
          description="Why it is on the list; shown with the object."
        />
        <ErrorCallout error={add.error} />
      </form>
    </Dialog>
  );
}
