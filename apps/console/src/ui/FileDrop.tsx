import Upload from "lucide-react/icons/upload";
import { DropZone } from "react-aria-components/DropZone";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Text } from "react-aria-components/Text";
import { Button } from "./Button.tsx";

type Props = {
  label: string;
  /** Endings that the file dialog offers. */
  accept?: readonly string[];
  onFile: (file: File) => void;
};

/** Takes one file: dropped, pasted, or chosen. */
export function FileDrop({ label, accept, onFile }: Props) {
  return (
    <DropZone
      onDrop={async ({ items }) => {
        const dropped = items.find((item) => item.kind === "file");
        if (dropped !== undefined) onFile(await dropped.getFile());
      }}
      className="flex flex-wrap items-center justify-center gap-3 rounded-md border border-dashed border-control px-4 py-5 data-drop-target:border-accent data-drop-target:bg-selected data-focus-visible:outline-2 data-focus-visible:outline-accent"
    >
      <Text slot="label" className="text-muted">
        {label}
      </Text>
      <FileTrigger
        {...(accept === undefined ? {} : { acceptedFileTypes: accept })}
        onSelect={(files) => {
          const [file] = files ?? [];
          if (file !== undefined) onFile(file);
        }}
      >
        <Button icon={<Upload size={14} aria-hidden />}>Choose a file</Button>
      </FileTrigger>
    </DropZone>
  );
}
