import type { NewImport } from "@breakwater/protocol";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { FileDrop } from "../../ui/FileDrop.tsx";
import { TextArea } from "../../ui/fields.tsx";
import { sms } from "../client.ts";

/** Takes a file or a pasted text and uploads it; the answer says how it would be read. */
export function ChooseFile({ onUploaded }: { onUploaded: (upload: NewImport) => void }) {
  const [text, setText] = useState("");
  const upload = useMutation({
    mutationFn: (file: File) =>
      sms("POST /api/v1/imports", { query: { name: file.name }, body: file }),
    onSuccess: onUploaded,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") upload.mutate(new File([text], "pasted.txt"));
  };
  return (
    <form onSubmit={submit} className="flex max-w-3xl flex-col gap-4">
      <FileDrop label="Drop a file here" onFile={(file) => upload.mutate(file)} />
      <TextArea
        label="Or paste its content"
        mono
        rows={8}
        value={text}
        onChange={setText}
        placeholder={"indicator,severity,campaign\n198.51.100.7,High,Red Kite\nbad.example,Medium,"}
      />
      <ErrorCallout error={upload.error} />
      <Button
        type="submit"
        variant="primary"
        className="self-start"
        isPending={upload.isPending}
        disabledReason={text.trim() === "" && "Choose a file or paste its content"}
      >
        {upload.isPending ? "Uploading" : "See how it is read"}
      </Button>
    </form>
  );
}
