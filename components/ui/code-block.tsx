import { CopyButton } from "./copy-button";

/** Lines to copy. Whole-line and trailing comments (`#`) recede. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <figure className="code" aria-label={label}>
      <pre>
        {code.split("\n").map((line, index) => {
          const at = line.search(/(^|\s)#\s/);
          const text = at < 0 ? line : line.slice(0, at);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a fixed text
            <span key={index}>
              {text}
              {at >= 0 && <span className="text-fg-3">{line.slice(at)}</span>}
              {"\n"}
            </span>
          );
        })}
      </pre>
      <CopyButton text={code} />
    </figure>
  );
}
