import Trash2 from "lucide-react/icons/trash-2";
import X from "lucide-react/icons/x";
import { plural } from "../../lib/format-number.ts";
import { Button } from "../../ui/Button.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";

type Props = {
  selected: number;
  denied: string | undefined;
  onDelete: () => void;
  onClear: () => void;
};

/** What can be done with the rows that are ticked. */
export function SelectionBar({ selected, denied, onDelete, onClear }: Props) {
  return (
    <ListToolbar tone="selected">
      <span role="status" className="font-medium">
        {plural(selected, "object")} selected
      </span>
      <Button
        size="sm"
        icon={<Trash2 size={14} aria-hidden />}
        onPress={onDelete}
        disabledReason={denied}
      >
        Delete
      </Button>
      <Button size="sm" variant="quiet" icon={<X size={14} aria-hidden />} onPress={onClear}>
        Clear selection
      </Button>
    </ListToolbar>
  );
}
