/** Where the browser remembers the reader's theme. */
export const storageKey = "hopwatch-theme";

/** Sets the theme before the first paint, so that no page flashes in the wrong one; runs in the page's head. */
export const themeScript = `try{var t=localStorage.getItem("${storageKey}");if(t==="dark"||t==="light")document.documentElement.classList.add(t)}catch(e){}`;
