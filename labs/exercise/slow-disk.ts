/**
 * A file in the folder that openStorage is given, with milliseconds: each save takes so much longer, as on a slow disk. A check makes it, so that
 * what a program saves too late is not there yet when the program is killed.
 */
export const SLOW_DISK = '.save-ms'
