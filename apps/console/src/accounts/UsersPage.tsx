import Plus from "lucide-react/icons/plus";
import { usePageTitle } from "../query/use-page-title.ts";
import { oneOf, useUrlState } from "../query/use-url-state.ts";
import { Page } from "../shell/Page.tsx";
import { Button } from "../ui/Button.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { useActions } from "../ui/shortcuts.tsx";
import { Tabs } from "../ui/Tabs.tsx";
import { AddUserDialog } from "./AddUserDialog.tsx";
import { SessionList } from "./SessionList.tsx";
import { useDenied } from "./session.tsx";
import { UserList } from "./UserList.tsx";

const DEFAULTS = { tab: "users", sort: "name", add: "" };

/** Who may log in, with which role, and who is logged in now. */
export default function UsersPage() {
  usePageTitle("Users and sessions");
  const [view, setView] = useUrlState(DEFAULTS);
  const denied = useDenied("users:write");
  const add = () => setView({ add: "1" });
  useActions([
    {
      id: "add-user",
      group: "Users",
      label: "Add a user",
      keys: "a",
      run: add,
      disabledReason: denied,
    },
  ]);
  return (
    <Page layout="fill">
      <PageHeader
        title="Users and sessions"
        actions={
          <Button
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            onPress={add}
            disabledReason={denied}
          >
            Add user
          </Button>
        }
      >
        Operators look, administrators change protection, superusers also manage people.
      </PageHeader>
      <Tabs
        label="Users and sessions"
        selected={oneOf(view.tab, ["users", "sessions"]) ?? "users"}
        onSelect={(tab) => setView({ tab, sort: tab === "users" ? "name" : "-lastSeen" })}
        items={[
          {
            id: "users",
            label: "Users",
            content: <UserList sort={view.sort} onSort={(sort) => setView({ sort })} />,
          },
          {
            id: "sessions",
            label: "Open sessions",
            content: <SessionList sort={view.sort} onSort={(sort) => setView({ sort })} />,
          },
        ]}
      />
      {view.add !== "" && <AddUserDialog onClose={() => setView({ add: "" }, { replace: true })} />}
    </Page>
  );
}
