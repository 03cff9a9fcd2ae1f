// What the pages and whoever clears up after them both name.
export const DATABASE = "kamkor-field";
export const ITEMS = "items";
export const CACHE = "kamkor-field";
