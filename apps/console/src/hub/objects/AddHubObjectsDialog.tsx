import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { plural } from "../../lib/format-number.ts";
import { inChunks, valueLines } from "../../lib/value-lines.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextArea, TextField } from "../../ui/fields.tsx";
import { OutcomeList } from "../../ui/OutcomeList.tsx";
import { Select } from "../../ui/Select.tsx";
import { hub } from "../client.ts";

const RISKS = [
  { value: "High", label: "High" },
  { value: "Medium", label: "Medium" },
  { value: "Low", label: "Low" },
] as const;
const ACTIONS = [
  { value: "block", label: "Block" },
  { value: "log", label: "Log" },
] as const;
const EXPIRIES = [
  { value: "1", label: "In 1 day" },
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "never", label: "Never" },
] as const;

/** Adds a pasted list and says what became of every line. */
export function AddHubObjectsDialog({
  initial,
  onClose,
}: {
  initial: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [text, setText] = useState(initial);
  const [riskLevel, setRiskLevel] = useState<(typeof RISKS)[number]["value"]>("High");
  const [scanAction, setScanAction] = useState<(typeof ACTIONS)[number]["value"]>("block");
  const [expiry, setExpiry] = useState<(typeof EXPIRIES)[number]["value"]>("30");
  const [description, setDescription] = useState("");
  const values = valueLines(text);
  const add = useMutation({
    mutationFn: async () => {
      const daysToExpiration = expiry === "never" ? null : Number(expiry);
      const objects = values.map((value) => ({
        value,
        riskLevel,
        scanAction,
        description,
        daysToExpiration,
      }));
      const answers = [];
      for (const chunk of inChunks(objects, 1_000))
        answers.push(await hub("POST /hub/v1/objects", { body: { objects: chunk } }));
      return answers.flatMap((answer) => answer.outcomes);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["GET /hub/v1/objects"] }),
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
          placeholder={"198.51.100.7\nbad.example\nhxxps://bad[.]example/path"}
          description="Addresses, domains, URLs, SHA-1, SHA-256. Defanged values are understood; # starts a comment."
        />
        <div className="grid gap-4 sm:grid-cols-3">
          <Select label="Risk level" options={RISKS} value={riskLevel} onChange={setRiskLevel} />
          <Select
            label="Scan action"
            options={ACTIONS}
            value={scanAction}
            onChange={setScanAction}
          />
          <Select label="Expires" options={EXPIRIES} value={expiry} onChange={setExpiry} />
        </div>
        <TextField
          label="Description"
          value={description}
          onChange={setDescription}
          maxLength={500}
        />
        <ErrorCallout error={add.error} />
      </form>
    </Dialog>
  );
}
