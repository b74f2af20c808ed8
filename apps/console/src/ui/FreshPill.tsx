import ArrowUp from "lucide-react/icons/arrow-up";
import { formatExact } from "../lib/format-number.ts";
import { Button } from "./Button.tsx";

/** "12 new": rows wait until they are asked for, so that nothing moves under the cursor. */
export function FreshPill({
  count,
  atLeast,
  onShow,
}: {
  count: number;
  atLeast: boolean;
  onShow: () => void;
}) {
  return (
    <div aria-live="polite" className="pointer-events-none relative z-20 flex h-0 justify-center">
      {count > 0 && (
        <Button
          variant="primary"
          size="sm"
          icon={<ArrowUp size={14} aria-hidden />}
          onPress={onShow}
          className="pointer-events-auto translate-y-10 rounded-full! px-3! shadow-overlay"
        >
          {formatExact(count)}
          {atLeast ? " or more" : ""} new
        </Button>
      )}
    </div>
  );
}
