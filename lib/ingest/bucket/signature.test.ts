import { expect, it } from "vitest";
import { signedHeaders } from "./signature";

// The keys, calls and signatures of AWS' own description of the header-based signature.
const keys = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken: null,
};
const now = Date.UTC(2013, 4, 24);
const signatureOf = (url: string, extra?: Record<string, string>) =>
  /Signature=(\w+)$/.exec(
    signedHeaders(new URL(url), keys, "us-east-1", now, extra).authorization ?? "",
  )?.[1];

it("signs the reading of a part of a file as AWS' example does", () => {
  expect(
    signatureOf("https://examplebucket.s3.amazonaws.com/test.txt", { range: "bytes=0-9" }),
  ).toBe("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
});

it("signs the listing of a bucket as AWS' example does", () => {
  expect(signatureOf("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J")).toBe(
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  );
});
