import { Link } from "@tanstack/react-router";
import Compass from "lucide-react/icons/compass";
import TriangleAlert from "lucide-react/icons/triangle-alert";
import { usePageTitle } from "../query/use-page-title.ts";
import { Button } from "../ui/Button.tsx";
import { buttonClass } from "../ui/button-class.ts";
import { Message } from "../ui/states.tsx";

export function NotFound() {
  usePageTitle("Not found");
  return (
    <Message
      level={1}
      icon={<Compass size={28} aria-hidden />}
      title="There is no page at this address"
      action={
        <Link to="/" className={buttonClass({})}>
          Go to the overview
        </Link>
      }
    >
      The link may be old, or the address mistyped.
    </Message>
  );
}

/** A page that failed while drawing; the rest of the console still works. */
export function PageCrashed({ error }: { error: unknown }) {
  return (
    <Message
      level={1}
      icon={<TriangleAlert size={28} aria-hidden />}
      title="This page failed to open"
      action={<Button onPress={() => location.reload()}>Reload</Button>}
    >
      <p role="alert">{error instanceof Error ? error.message : "Something failed."}</p>
      <p>After an update of the server, reloading fetches the new pages.</p>
    </Message>
  );
}
