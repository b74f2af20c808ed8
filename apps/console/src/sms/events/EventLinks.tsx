import type { StoredEvent } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import Filter from "lucide-react/icons/funnel";
import Plus from "lucide-react/icons/plus";
import ShieldAlert from "lucide-react/icons/shield-alert";
import { buttonClass } from "../../ui/button-class.ts";

/** Where to go from an event. */
export function EventLinks({ event }: { event: StoredEvent }) {
  if (event.kind === "gap") return null;
  const look = buttonClass({ size: "sm" });
  return (
    <div className="flex flex-wrap gap-2">
      {event.entry !== undefined && (
        <Link to="/suspicious-objects" search={{ q: event.entry.value } as never} className={look}>
          <ShieldAlert size={14} aria-hidden /> Why is it on the list?
        </Link>
      )}
      <Link to="/events" search={{ address: event.src } as never} className={look}>
        <Filter size={14} aria-hidden /> Only this source
      </Link>
      <Link to="/events" search={{ address: event.dst } as never} className={look}>
        <Filter size={14} aria-hidden /> Only this destination
      </Link>
      {event.entry === undefined && (
        <Link to="/suspicious-objects" search={{ add: event.dst } as never} className={look}>
          <Plus size={14} aria-hidden /> Add destination to objects
        </Link>
      )}
    </div>
  );
}
