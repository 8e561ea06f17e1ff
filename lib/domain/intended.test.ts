import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { intendedNodes, learnBindings, toldBindings } from "./bindings";
import { haproxy, nginx } from "./history-samples";
import { envoyCookie, nodeNaming, nodePart } from "./intended";

const nodes = [
  { name: "app1", aliases: [], addresses: ["10.0.0.1:8080"] },
  { name: "app2", aliases: ["web-2"], addresses: ["10.0.0.2:8080"] },
];
const sha = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

describe("nodePart", () => {
  it.each([
    ["s1|XyZ12|XyZ01", "s1"],
    ["s1~3f2a9c", "s1"],
    ["0A1B2C3D4E5F60718293.app1", "app1"],
    [".app1", "app1"],
    ["10.0.0.1:8080", "10.0.0.1:8080"],
    ['"s1"', "s1"],
    ["http%3A%2F%2F10.0.0.1%3A80", "http://10.0.0.1:80"],
    ["s1", "s1"],
  ])("of %s is %s", (value, part) => {
    expect(nodePart(value)).toBe(part);
  });
});

describe("nodeNaming", () => {
  const naming = nodeNaming(nodes);

  it("reads a server's name and any alias", () => {
    expect(naming("app1")).toBe("app1");
    expect(naming("web-2")).toBe("app2");
  });

  it("reads NGINX's MD5 of address and port", () => {
    expect(naming(createHash("md5").update("10.0.0.2:8080").digest("hex"))).toBe("app2");
  });

  it("reads Traefik's SHA-256 of the server's URL", () => {
    expect(naming(sha("http://10.0.0.1:8080"))).toBe("app1");
  });

  it("reads Traefik 2's SHA-256 of the FNV-1a of the URL", () => {
    // FNV-1a, 64 bits, of http://10.0.0.1:8080, reckoned apart from the code under test.
    let hash = 14695981039346656037n;
    for (const c of "http://10.0.0.1:8080")
      hash = BigInt.asUintN(64, (hash ^ BigInt(c.charCodeAt(0))) * 1099511628211n);
    expect(naming(sha(hash.toString(16).padStart(16, "0")))).toBe("app1");
  });

  it("reads Envoy's cookie, with and without an expiry", () => {
    const address = Buffer.from("10.0.0.2:8080");
    expect(naming(address.toString("base64"))).toBe("app2");
    const message = Buffer.concat([
      Buffer.from([0x0a, address.length]),
      address,
      Buffer.from([0x10, 0x80, 0xea, 0x30]),
    ]).toString("base64");
    expect(naming(message)).toBe("app2");
    expect(envoyCookie(message)?.expiresAt).toBe(800_000);
  });

  it("reads the route of a Java session", () => {
    expect(naming("0A1B2C3D4E5F60718293.app2")).toBe("app2");
  });

  it("reads nothing into a value of AWSALB, or one that names no node", () => {
    expect(naming("kP".repeat(60))).toBeNull();
    expect(naming("app9")).toBeNull();
  });

  it("prefers what the balancer was seen to mean", () => {
    expect(nodeNaming(nodes, new Map([["app1", "app2"]]))("app1")).toBe("app2");
  });
});

describe("learnBindings", () => {
  it("learns HAProxy's values from what was inserted and followed, at each balancer", () => {
    const bindings = learnBindings([
      haproxy(0, "app1", "--NI", { inserted: "x" }),
      haproxy(10, "app1", "--VN", { presented: "x|AbCd1|AbCd0" }),
      haproxy(20, "app2", "--NI", { inserted: "x", lb: "lb2" }),
      haproxy(30, "app2", "--DI", { presented: "x", inserted: "y" }),
    ]);
    expect(bindings.get("lb1")).toEqual(
      new Map([
        ["x", "app1"],
        ["y", "app2"],
      ]),
    );
    expect(bindings.get("lb2")).toEqual(new Map([["x", "app2"]]));
  });

  it("leaves out a value that met several nodes", () => {
    const bindings = learnBindings([
      nginx(0, "app1", { presented: "z" }),
      nginx(10, "app2", { presented: "z" }),
      nginx(20, "app1", { presented: "z" }),
    ]);
    expect(bindings.size).toBe(0);
  });

  it("does not depend on the order of the requests", () => {
    const all = [0, 10, 20, 30].map((at) =>
      nginx(at, at < 30 ? "app1" : "app2", { presented: "z", id: `n${at}` }),
    );
    expect(learnBindings([...all].reverse())).toEqual(learnBindings(all));
  });
});

describe("toldBindings", () => {
  it("takes what a balancer set and what it called valid, and nothing that merely met a node", () => {
    const bindings = toldBindings([
      haproxy(0, "app1", "--NI", { inserted: "x" }),
      haproxy(10, "app2", "--VN", { presented: "y" }),
      haproxy(20, "app2", "--DI", { presented: "down" }),
      nginx(30, "app1", { presented: "z" }),
      nginx(40, "app1", { presented: "z" }),
    ]);
    expect(bindings).toEqual(
      new Map([
        [
          "lb1",
          new Map([
            ["x", "app1"],
            ["y", "app2"],
          ]),
        ],
      ]),
    );
  });
});

describe("intendedNodes", () => {
  it("reads one value by each balancer's own map", () => {
    const bindings = new Map([
      ["lb1", new Map([["1", "app1"]])],
      ["lb2", new Map([["1", "app2"]])],
    ]);
    const intended = intendedNodes({ nodes, bindings });
    expect(intended({ lb: "lb1", presented: "1" })).toBe("app1");
    expect(intended({ lb: "lb2", presented: "1" })).toBe("app2");
    expect(intended({ lb: "lb1", presented: null })).toBeNull();
  });
});
