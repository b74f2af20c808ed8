import { type FormEvent, useState } from "react";
import { Button } from "../../../ui/Button.tsx";
import { DataText } from "../../../ui/DataText.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { TextField } from "../../../ui/fields.tsx";

type Props = { q: string; onClose: () => void; onSave: (name: string) => void };

/** Gives a search a name. */
export function SaveViewDialog({ q, onClose, onSave }: Props) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    onSave(name.trim());
    onClose();
  };
  return (
    <Dialog
      title="Save this search"
      size="sm"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="save-view"
            variant="primary"
            disabledReason={name.trim() === "" && "Enter a name"}
          >
            Save view
          </Button>
        </>
      }
    >
      <form id="save-view" onSubmit={submit} className="flex flex-col gap-3">
        <DataText mono>{q}</DataText>
        <TextField
          label="Name"
          autoFocus
          maxLength={60}
          value={name}
          onChange={setName}
          description="Views stay in this browser. To share one, copy the page's address."
        />
      </form>
    </Dialog>
  );
}
