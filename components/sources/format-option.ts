/** A format as the server's registry tells it. */
export interface FormatOption {
  name: string;
  title: string;
  formatString: "required" | "optional" | "none";
}
