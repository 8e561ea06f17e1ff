"use client";

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
} from "react";
import { Icon } from "./icon";

interface Message {
  text: string;
  bad: boolean;
  at: number;
}

type Say = (text: string, look?: "bad") => void;

const ToastContext = createContext<Say | null>(null);
const shownMs = 4000;

/** Short messages at the foot of the page, one at a time, read out politely. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [message, setMessage] = useState<Message | null>(null);
  const count = useRef(0);
  const say = useCallback<Say>((text, look) => {
    count.current += 1;
    setMessage({ text, bad: look === "bad", at: count.current });
  }, []);
  useEffect(() => {
    if (!message) return;
    const timer = setTimeout(() => setMessage(null), shownMs);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <ToastContext value={say}>
      {children}
      <div className="toasts" role="status">
        {message && (
          <p key={message.at} className={`toast ${message.bad ? "bad" : ""}`}>
            <Icon name={message.bad ? "warning" : "check"} />
            {message.text}
          </p>
        )}
      </div>
    </ToastContext>
  );
}

export function useToast(): Say {
  const say = useContext(ToastContext);
  if (!say) throw new Error("useToast needs the ToastProvider around it");
  return say;
}
