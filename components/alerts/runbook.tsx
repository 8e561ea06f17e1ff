import { parseAsArrayOf, parseAsInteger, useQueryState } from "nuqs";
import { type Block, blocksOf, type Inline } from "@/lib/view/markdown";
import { opensFirst } from "@/lib/view/runbook-parts";
import { CodeBlock } from "../ui/code-block";

const turnedParts = parseAsArrayOf(parseAsInteger).withDefault([]);

/** A runbook: the parts on other balancers folded away. Those that its reader turned over are in the address. */
export function Runbook({ markdown, balancer }: { markdown: string; balancer: string | null }) {
  const [head, ...parts] = markdown.split(/^(?=## )/m);
  const [turned, setTurned] = useQueryState("book", turnedParts);
  const turn = (place: number) => {
    const others = turned.filter((other) => other !== place);
    void setTurned(others.length < turned.length ? others : [...others, place]);
  };
  return (
    <div className="al-book">
      <Blocks blocks={blocksOf(head ?? "").filter((block) => !isTitle(block))} />
      {parts.map((part, place) => {
        const title = /^## (.*)$/m.exec(part)?.[1] ?? "";
        const body = part.replace(/^## .*\n?/, "");
        const isOpen = opensFirst(title, balancer) !== turned.includes(place);
        return (
          <details
            key={title}
            open={isOpen}
            // It also tells of being drawn open.
            onToggle={({ currentTarget }) => currentTarget.open !== isOpen && turn(place)}
          >
            <summary>{title}</summary>
            <Blocks blocks={blocksOf(body)} />
          </details>
        );
      })}
    </div>
  );
}

function labelOf(language: string | null): string {
  return language === null || language === "sh" ? "Command" : "Configuration";
}

function isTitle(block: Block): boolean {
  return block.kind === "heading" && block.level === 1;
}

function Blocks({ blocks }: { blocks: Block[] }) {
  // biome-ignore-start lint/suspicious/noArrayIndexKey: parts of a text have no identity but their order
  return blocks.map((block, index) => {
    switch (block.kind) {
      case "heading":
        return (
          <h3 key={index}>
            <Words parts={block.text} />
          </h3>
        );
      case "paragraph":
        return (
          <p key={index}>
            <Words parts={block.text} />
          </p>
        );
      case "list": {
        const List = block.ordered ? "ol" : "ul";
        return (
          <List key={index}>
            {block.items.map((parts, place) => (
              <li key={place}>
                <Words parts={parts} />
              </li>
            ))}
          </List>
        );
      }
      case "code":
        return <CodeBlock key={index} label={labelOf(block.language)} code={block.text} />;
    }
    return null;
  });
  // biome-ignore-end lint/suspicious/noArrayIndexKey: parts of a text have no identity but their order
}

function Words({ parts }: { parts: Inline[] }) {
  return parts.map((part, index) => {
    const key = `${index}-${part.kind}`;
    if (part.kind === "code") return <code key={key}>{part.text}</code>;
    return part.kind === "strong" ? (
      <b key={key}>{part.text}</b>
    ) : (
      <span key={key}>{part.text}</span>
    );
  });
}
