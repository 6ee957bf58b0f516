/** What the checker says instead of its pid when its guard (labs/check/engine/guard.ts) ends the program with it. */
export const GUARDED = 'guarded'
