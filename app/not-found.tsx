import { ButtonLink } from "@/components/ui/button";
import { Mark } from "@/components/ui/icon";

export default function NotFound() {
  return (
    <main className="state min-h-[80vh]">
      <span className="pb-2 text-accent">
        <Mark size={32} />
      </span>
      <h1>There is nothing here</h1>
      <p className="text-fg-2">The address may be mistyped, or what it named is no longer kept.</p>
      <div className="pt-2">
        <ButtonLink href="/" look="primary">
          Go to the overview
        </ButtonLink>
      </div>
    </main>
  );
}
