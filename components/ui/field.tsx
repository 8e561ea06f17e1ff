import { type ComponentProps, type ReactNode, useId } from "react";

interface Around {
  label: string;
  hint?: ReactNode;
  error?: string | null;
}

function useAround({ hint, error }: Pick<Around, "hint" | "error">) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean);
  return {
    id,
    control: {
      id,
      "aria-invalid": error ? true : undefined,
      "aria-describedby": described.length > 0 ? described.join(" ") : undefined,
    },
  };
}

function Field({ id, label, hint, error, children }: Around & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="text-12 text-fg-3">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-12 text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  hint,
  error,
  className,
  ...rest
}: Around & ComponentProps<"input">) {
  const { id, control } = useAround({ hint, error });
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <input {...rest} {...control} className={`input ${className ?? ""}`} />
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  error,
  className,
  ...rest
}: Around & ComponentProps<"textarea">) {
  const { id, control } = useAround({ hint, error });
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <textarea spellCheck={false} {...rest} {...control} className={`input ${className ?? ""}`} />
    </Field>
  );
}

export function Select({
  label,
  hint,
  error,
  options,
  className,
  ...rest
}: Around & { options: readonly { value: string; label: string }[] } & Omit<
    ComponentProps<"select">,
    "children"
  >) {
  const { id, control } = useAround({ hint, error });
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <select {...rest} {...control} className={`input ${className ?? ""}`}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  );
}
