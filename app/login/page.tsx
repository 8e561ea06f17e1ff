import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { z } from "zod";
import { Button } from "@/components/ui/button";
import { linkedThing, linkMetadata, previewOf, previewOrNull } from "@/lib/server/link-preview";
import { safePath } from "@/lib/server/login";
import { runtime } from "@/lib/server/runtime";
import { mayView } from "@/lib/server/viewer";

/** A chat that follows a link without a login is told what the link is of, where the operator allows it. */
export async function generateMetadata({ searchParams }: LoginPageProps): Promise<Metadata> {
  const thing = linkedThing(safePath(asked.parse(await searchParams).next));
  if (!runtime().config.publicPreviews || thing === null) return { title: "Log in" };
  const { kind, id } = thing;
  return linkMetadata("Log in", kind, id, await previewOrNull(() => previewOf(kind, id)));
}

const asked = z.object({
  next: z.string().optional().catch(undefined),
  wrong: z.string().optional().catch(undefined),
  wait: z.coerce.number().int().positive().optional().catch(undefined),
});

function fault({ wrong, wait }: z.infer<typeof asked>): string | null {
  if (wait) return `Too many wrong passwords. Try again in ${wait} s.`;
  return wrong ? "That is not the password." : null;
}

interface LoginPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const given = asked.parse(await searchParams);
  if (await mayView()) redirect(safePath(given.next));
  const message = fault(given);
  if (!(await runtime().sessions.hasPassword()))
    return (
      <Frame>
        <p className="text-fg-2">
          This address asks for a login, and no password is set. Start the server with{" "}
          <code className="mono">HOPWATCH_PASSWORD</code>, or open it on the machine it runs on.
        </p>
      </Frame>
    );
  return (
    <Frame>
      <form method="post" action="/login/session" className="flex flex-col gap-3">
        <input type="hidden" name="next" value={safePath(given.next)} />
        <label htmlFor="password" className="text-12 text-fg-2">
          Password
        </label>
        <input
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          className="input"
          aria-describedby={message ? "fault" : undefined}
          aria-invalid={message ? true : undefined}
        />
        {message && (
          <p id="fault" role="alert" className="text-bad">
            {message}
          </p>
        )}
        <Button type="submit" look="primary">
          Log in
        </Button>
      </form>
    </Frame>
  );
}

function Frame({ children }: { children: React.ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <section className="panel w-full max-w-[340px] p-6" aria-labelledby="title">
        <h1 id="title" className="mb-4 text-16 font-semibold">
          Hopwatch
        </h1>
        {children}
      </section>
    </main>
  );
}
