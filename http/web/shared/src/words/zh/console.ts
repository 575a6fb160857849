// What the console says, by an id that tells its place; another language is another such folder.  SPDX-License-Identifier: Apache-2.0
export const desk = {
} as const
