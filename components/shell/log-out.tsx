import { IconButton } from "../ui/button";

export const logOutForm = "log-out";

/** Ends this browser's login. */
export function LogOut() {
  return (
    <form id={logOutForm} method="post" action="/login/logout">
      <IconButton type="submit" icon="log-out" label="Log out" />
    </form>
  );
}
